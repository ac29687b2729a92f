import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import program from "../../index.ts";
import { unwrap } from "../../provider/wire.ts";
import { called, createdOnAiven } from "./aivenMocks.ts";

export const PROJECT_NAME = "streaming-anomaly-detection";

const debuggable = createRequire(import.meta.url)("@pulumi/pulumi/runtime/debuggable.js") as {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
};
// It records the stack of each promise, for messages about promises that never settle. With source maps, that takes
// more than half of the time of such a test.
debuggable.debuggablePromise = (promise) => promise;

/** A resource as the program registers it with the engine. */
export interface Registered {
  readonly name: string;
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Keys of inputs that contain a secret. */
  readonly secrets: readonly string[];
  /** Names of resources. */
  readonly parent: string;
  readonly dependsOn: readonly string[];
  readonly deletedWith: string;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  /** Inputs that keep their values once the resource exists. */
  readonly ignoreChanges: readonly string[];
  /** Keys of outputs that are secret, in addition to those that the provider marks. */
  readonly secretOutputs: readonly string[];
}

/** What the program requests of the engine, without an engine. */
export class ResourceGraph {
  private constructor(
    readonly resources: readonly Registered[],
    readonly outputs: Record<string, unknown>,
  ) {}

  /**
   * @param settings by their names in Pulumi.yaml
   * @param preview whether values that exist only after creation are unknown, or, by type, the former ones that are known
   * @param run run instead of the whole program
   */
  static async of(
    settings: Record<string, unknown> = {},
    stack = "test",
    preview: boolean | Readonly<Record<string, object>> = false,
    run: () => Promise<Record<string, unknown>> = program,
  ): Promise<ResourceGraph> {
    const resources: Registered[] = [];
    const mocks = {
      newResource: preview === false ? createdResource : newResource(preview === true ? {} : preview),
      call: ({ token, inputs }: pulumi.runtime.MockCallArgs) => called(token, inputs),
    };
    await pulumi.runtime.setMocks(mocks, PROJECT_NAME, stack, preview !== false);
    const entries = Object.entries(settings).map(([key, value]) => [
      `${PROJECT_NAME}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    pulumi.runtime.setAllConfig(Object.fromEntries(entries));
    const { registerResource } = MockMonitor.prototype;
    MockMonitor.prototype.registerResource = function (request, callback) {
      resources.push(registered(request));
      return registerResource.call(this, request, callback);
    };
    try {
      const outputs = await run();
      // Resources register once their inputs are available: this waits for all of them.
      await pulumi.runtime.disconnect();
      return new ResourceGraph(resources, outputs);
    } finally {
      MockMonitor.prototype.registerResource = registerResource;
    }
  }

  /** @throws unless exactly one has that name */
  get(name: string): Registered {
    const [found, ...others] = this.resources.filter((resource) => resource.name === name);
    if (found === undefined || others.length > 0) throw new Error(`${others.length} or no resources ${name}`);
    return found;
  }

  /** Names by the last part of their type, such as `SqlJob`. */
  names(type: string): string[] {
    return this.resources.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ name }) => name);
  }
}

const newResource =
  (known: Readonly<Record<string, object>>) =>
  ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: name,
    state: { ...inputs, ...known[type] },
  });

/** Stands in for the providers: the values that they would add. */
function createdResource(args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
  const { type, name, inputs } = args;
  const found: Record<string, object> = {
    "streaming:process:Server": { pid: 1, startedAt: `start of ${name}` },
    "docker:index/remoteImage:RemoteImage": { imageId: `id of ${name}` },
    "streaming:random:Password": { value: pulumi.secret("generated-password") },
    "streaming:random:UniqueId": { value: "of this stack only" },
    ...createdOnAiven(args),
  };
  return { id: name, state: { ...inputs, ...found[type] } };
}

function registered(request: {
  getName(): string;
  getType(): string;
  getParent(): string;
  getDeletedwith(): string;
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDependenciesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
}): Registered {
  const { values, secretKeys } = unwrap(request.getObject().toJavaScript());
  return {
    name: request.getName(),
    type: request.getType(),
    inputs: values,
    secrets: [...secretKeys],
    parent: nameOf(request.getParent()),
    dependsOn: request.getDependenciesList().map(nameOf).sort(),
    deletedWith: nameOf(request.getDeletedwith()),
    protect: request.getProtect(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

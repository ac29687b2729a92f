import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { runUp, withoutReport } from "../../cli/engine/engine.ts";
import { EngineProgress } from "../../cli/engine/engineProgress.ts";
import type { StackOutputs } from "../../cli/engine/outputs.ts";
import { stateUrl } from "../../cli/engine/stackState.ts";
import type { AppConfig, FlinkCluster } from "../../components/contract.ts";
import { forgetResources, type StateResource, stateResources } from "../../components/stateResources.ts";
import index from "../../index.ts";
import { projectDirectory } from "../../lib/paths.ts";
import { pulumiCommand } from "../../setup/pulumi.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { ODDER_NAME } from "./names.ts";
import { freeSettingPorts, PORT_SETTINGS } from "./ports.ts";
import { silent } from "./silentProgress.ts";

/** Outputs of a stack whose Flink is a session cluster and whose readings' topic is its own. */
export type ClusterOutputs = StackOutputs & {
  readonly flink: FlinkCluster;
  readonly generator: AppConfig;
};

/** A server process as recorded in the engine's state. */
export interface ServerRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly running: boolean;
  readonly directory: string;
}

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The part of the engine's state that tests read. */
interface State {
  readonly checkpoint: { readonly latest?: { readonly resources?: readonly Resource[] } };
}

interface TestStackOptions {
  readonly name?: string;
  /** The engine's environment, in addition to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The real program with the real engine, in a temporary folder and on free ports, beside any other stack. */
export class TestStack {
  outputs!: ClusterOutputs;
  /** What the latest run has reported to the user, other than errors. */
  notes: string[] = [];

  protected constructor(
    readonly directory: string,
    readonly stack: Stack,
    readonly ports: readonly number[],
  ) {}

  /** @param config settings in addition to ports and folder, as in Pulumi.<stack>.yaml */
  static async create(
    config: Record<string, unknown> = {},
    { name = "test", environment = {} }: TestStackOptions = {},
  ): Promise<TestStack> {
    const directory = ownFolder(ODDER_NAME);
    const projectFile = readFileSync(join(projectDirectory, "Pulumi.yaml"), "utf8");
    writeFileSync(
      join(directory, "Pulumi.yaml"),
      projectFile.replace("./provider", join(projectDirectory, "provider")),
    );
    const workspace = await LocalWorkspace.create({
      workDir: directory,
      pulumiCommand: await pulumiCommand(silent),
      program: index,
      envVars: {
        PULUMI_HOME: join(directory, "pulumi-home"),
        PULUMI_BACKEND_URL: stateUrl(directory),
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...environment,
      },
    });
    const stack = await Stack.create(name, workspace);
    const ports = await freeSettingPorts();
    const settings = {
      directory: join(directory, "data"),
      "generator.enabled": false,
      "page.enabled": false,
      // A test that kills a server decides when it comes back.
      "supervisor.enabled": false,
      ...Object.fromEntries(PORT_SETTINGS.map((name, position) => [name, ports[position]])),
      ...config,
    };
    const test = new TestStack(directory, stack, ports);
    await test.set(settings);
    return test;
  }

  /** Passes a stack that is up to `use`, and always takes it down. */
  static async with<T>(config: Record<string, unknown>, use: (stack: TestStack) => Promise<T>): Promise<T> {
    const stack = await TestStack.create(config);
    try {
      await stack.up();
      return await use(stack);
    } finally {
      await stack.destroy();
      stack.remove();
    }
  }

  /** @param setting whose port it is */
  portOf(setting: string): number {
    return this.ports[PORT_SETTINGS.indexOf(setting)] ?? Number.NaN;
  }

  /** Changes settings, as an editor of Pulumi.<stack>.yaml would. */
  async set(settings: Record<string, unknown>): Promise<void> {
    const { workspace, name } = this.stack;
    const { config, ...file } = await workspace.stackSettings(name);
    const entries = Object.entries(settings).map(([key, value]) => [
      `streaming-anomaly-detection:${key}`,
      value,
    ]);
    await workspace.saveStackSettings(name, {
      ...file,
      config: { ...config, ...Object.fromEntries(entries) },
    });
  }

  /** @returns how many resources had which result, e.g. `{ same: 21 }` */
  async up(): Promise<Record<string, number>> {
    return this.run(async (onEvent) => {
      this.outputs = (await runUp(this.stack, () => index(), { onEvent })) as ClusterOutputs;
    });
  }

  /** @returns how many resources would have which result, and how long it took to find out */
  async preview(): Promise<{ changes: Record<string, number>; ms: number }> {
    const start = performance.now();
    const changes = await this.run((onEvent) => this.stack.preview({ onEvent, color: "never" }));
    return { changes, ms: performance.now() - start };
  }

  protected get stateDirectory(): string {
    return this.directory;
  }

  /** The text that the engine keeps on disk. */
  stateFile(): string {
    return readFileSync(this.statePath, "utf8");
  }

  /** Leaves the state as a run does that is killed while it creates a resource. */
  async forgetCreation(name: string): Promise<void> {
    const resource = (await stateResources(this.stack)).find(({ urn }) => urn.endsWith(`::${name}`));
    if (resource === undefined) throw new Error(`there is no ${name}`);
    const { id: _, outputs: __, ...begun } = resource;
    await forgetResources(this.stack, [resource]);
    this.noteCreation(begun);
  }

  /** Notes in the state that a run has begun to create a resource. */
  noteCreation(begun: Omit<StateResource, "id" | "outputs">): void {
    // The engine drops pending operations from a state that is imported.
    const state = JSON.parse(this.stateFile()) as { checkpoint: { latest: object } };
    Object.assign(state.checkpoint.latest, {
      pending_operations: [{ type: "creating", resource: begun }],
    });
    writeFileSync(this.statePath, JSON.stringify(state));
  }

  private get statePath(): string {
    return join(this.stateDirectory, `.pulumi/stacks/streaming-anomaly-detection/${this.stack.name}.json`);
  }

  async refresh(): Promise<void> {
    await this.run((onEvent) => withoutReport(this.stack).refresh({ onEvent, color: "never" }));
  }

  async destroy(): Promise<void> {
    await this.run((onEvent) => withoutReport(this.stack).destroy({ onEvent, color: "never" }));
  }

  /** Removes the test's own folder; to be called after `destroy`. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The resources of a type; secrets in their outputs are encrypted. */
  resources(type: string): readonly Resource[] {
    // Pulumi's own export takes a third of a second of processor time.
    const { checkpoint } = JSON.parse(this.stateFile()) as State;
    return (checkpoint.latest?.resources ?? []).filter((resource) => resource.type === type);
  }

  servers(): ServerRecord[] {
    return this.resources("streaming:process:Server").map(
      ({ urn, outputs }) => ({ name: urn.split("::").at(-1), ...outputs }) as ServerRecord,
    );
  }

  /**
   * @returns how many resources had which result
   * @throws an error with the engine's message, as the command line shows it
   */
  private async run(
    operate: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
  ): Promise<Record<string, number>> {
    this.notes = [];
    const shown = new EngineProgress({ ...silent, note: (text) => this.notes.push(text) });
    try {
      await operate(shown.onEvent);
      return shown.changes;
    } catch (error) {
      throw shown.errors.length > 0 ? new Error(shown.errors.join("\n")) : error;
    }
  }
}

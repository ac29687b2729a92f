import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, expect, it, vi } from "vitest";
import { deploy, tearDown } from "../../../cli/engine/engine.ts";
import { isEmpty, type StateResource, stackState } from "../../../components/stateResources.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { UserError } from "../../../lib/userError.ts";
import { PROJECT_NAME } from "../../support/resourceGraph.ts";
import { silent } from "../../support/silentProgress.ts";
import { ON_AIVEN } from "../aiven/settings.ts";
import { done, useStandIn } from "../aivenStandIn/standInCalls.ts";

/** The services of the stack, as Pulumi.dev.yaml and the settings below name them. */
const standIn = useStandIn({
  services: [
    { name: "demo-kafka", type: "kafka", plan: "business-4" },
    { name: "demo-postgresql", type: "pg", plan: "startup-4" },
    { name: "demo-flink", type: "flink", plan: "business-4" },
  ],
});
const SETTINGS = { ...ON_AIVEN, "aiven.prefix": "demo" };
beforeEach(() => {
  vi.stubEnv("AIVEN_WEB_URL", standIn().url);
  vi.stubEnv("AIVEN_TOKEN", "test-token");
});

const service = (kind: string, serviceName: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: `urn:pulumi:dev::project::aiven:index/x:${kind}::${serviceName}`,
  type: `aiven:index/x:${kind}`,
  custom: true,
  inputs: { project: "test-project", serviceName },
  ...more,
});

interface Killed {
  readonly known?: readonly StateResource[];
  /** What an `up` that was killed had begun to create. */
  readonly begun: readonly StateResource[];
}

/** A stack whose engine only notes what it is asked to do. */
function killed({ known = [], begun }: Killed) {
  let deployment: object = {
    manifest: { time: new Date().toISOString() },
    resources: known,
    pending_operations: begun.map((resource) => ({ type: "creating", resource })),
  };
  const steps: string[] = [];
  const names = (urns: readonly string[] = []) => urns.map((urn) => urn.split("::").at(-1)).join(", ");
  const noteThat = async (what: string) => {
    const { resources } = await stackState(stack);
    steps.push(`${what} ${names(resources.map(({ urn }) => urn))}`);
    return resources.length;
  };
  const stack = {
    name: "dev",
    workspace: {
      workDir: projectDirectory,
      envVars: {},
      stackSettings: async () => ({ config: SETTINGS }),
      projectSettings: async () => ({ name: PROJECT_NAME }),
    },
    exportStack: async () => ({ version: 3, deployment }),
    importStack: async (state: { deployment: { resources: StateResource[] } }) => {
      deployment = { ...state.deployment, pending_operations: [] };
    },
    refresh: async ({ target }: { target: string[] }) => void steps.push(`read ${names(target)}`),
    destroy: async ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
      const count = await noteThat("delete");
      onEvent({ summaryEvent: { resourceChanges: { delete: count } } } as unknown as EngineEvent);
    },
    up: async () => {
      await noteThat("update");
      throw new UserError("the engine has been asked for enough");
    },
  } as unknown as Stack;
  return { stack, steps };
}

async function tornDown(interrupted: Killed) {
  const { stack, steps } = killed(interrupted);
  const notes: string[] = [];
  const progress = { ...silent, note: (text: string) => notes.push(text) };
  const changes = await tearDown({ stack, progress, state: await stackState(stack) });
  return { steps, notes, changes };
}

it("an up takes over what a killed up had begun before it repairs what was lost", async () => {
  const lost = service("FlinkApplication", "demo-flink", {
    urn: "urn:pulumi:dev::project::aiven:index/x:FlinkApplication::cpu-filter-application",
    outputs: { project: "test-project", serviceName: "demo-flink", applicationId: "deleted-in-the-console" },
  });
  const known = [service("Kafka", "demo-kafka"), service("Flink", "demo-flink"), lost];
  const { stack, steps } = killed({ known, begun: [service("Pg", "demo-postgresql")] });
  await expect(deploy(stack, silent)).rejects.toThrow("asked for enough");
  expect(steps).toEqual(["read demo-postgresql", "update demo-kafka, demo-flink, demo-postgresql"]);
});

it("a destroy deletes the services that a killed up had begun to create on Aiven", async () => {
  const begun = [service("Kafka", "demo-kafka"), service("Pg", "demo-postgresql")];
  const { steps, notes, changes } = await tornDown({ begun });
  expect(steps).toEqual(["read demo-kafka, demo-postgresql", "delete demo-kafka, demo-postgresql"]);
  expect(notes).toEqual([
    "An earlier run was interrupted; what it had begun on Aiven is taken over: demo-kafka, demo-postgresql.",
  ]);
  expect(changes).toBe("2 deleted");
});

it("a destroy after a killed up forgets a service that somebody has created under the same name since", async () => {
  const { stack, steps } = killed({
    begun: [service("Kafka", "demo-kafka"), service("Pg", "demo-postgresql")],
  });
  vi.setSystemTime(Date.now() + 3_600_000);
  standIn().state.services.delete("demo-kafka");
  const seed = { service_name: "demo-kafka", service_type: "kafka", plan: "business-4" };
  await done("POST", "/service", seed);
  const destroyed = async () => tearDown({ stack, progress: silent, state: await stackState(stack) });
  await expect(destroyed()).rejects.toThrow(
    "The service demo-kafka of the Aiven project test-project was created",
  );
  await destroyed();
  expect(steps).toEqual(["read demo-postgresql", "delete demo-postgresql"]);
});

it("a destroy after a killed up does not take over what Aiven had not begun", async () => {
  const { steps } = await tornDown({ begun: [service("Kafka", "another")] });
  expect(steps).toEqual(["delete "]);
});

it("a destroy that finds something begun on Aiven needs a token", async () => {
  vi.stubEnv("AIVEN_TOKEN", "");
  await expect(tornDown({ begun: [service("Kafka", "demo-kafka")] })).rejects.toThrow(
    /^there is no token for Aiven: get one in Aiven's console/,
  );
});

it("a destroy deletes nothing if what a killed up had begun is protected", async () => {
  const { stack, steps } = killed({ begun: [service("Kafka", "demo-kafka", { protect: true })] });
  const run = { stack, progress: silent, state: await stackState(stack) };
  await expect(tearDown(run)).rejects.toThrow(
    /^The stack dev is protected \(aiven.protected\): 1 of its resources hold data, among them the services demo-kafka\./,
  );
  expect(steps).toEqual(["read demo-kafka"]);
});

it("a stack of which only a killed up knows something is not empty", async () => {
  expect(await isEmpty(killed({ begun: [service("Kafka", "demo-kafka")] }).stack)).toBe(false);
  expect(await isEmpty(killed({ begun: [] }).stack)).toBe(true);
});

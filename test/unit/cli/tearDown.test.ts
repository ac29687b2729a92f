import type { EngineEvent, Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, expect, it, vi } from "vitest";
import { tearDown } from "../../../cli/engine/engine.ts";
import { isEmpty, type StateResource, stackState } from "../../../components/stateResources.ts";
import { silent } from "../../support/silentProgress.ts";
import { useStandIn } from "../aivenStandIn/standInCalls.ts";

const standIn = useStandIn();
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
    resources: known,
    pending_operations: begun.map((resource) => ({ type: "creating", resource })),
  };
  const steps: string[] = [];
  const names = (urns: readonly string[] = []) => urns.map((urn) => urn.split("::").at(-1)).join(", ");
  const stack = {
    name: "dev",
    workspace: {
      envVars: {},
      stackSettings: async () => ({}),
      projectSettings: async () => ({ name: "project" }),
    },
    exportStack: async () => ({ version: 3, deployment }),
    importStack: async (state: { deployment: { resources: StateResource[] } }) => {
      deployment = { ...state.deployment, pending_operations: [] };
    },
    refresh: async ({ target }: { target: string[] }) => void steps.push(`read ${names(target)}`),
    destroy: async ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
      const { resources } = await stackState(stack);
      steps.push(`delete ${names(resources.map(({ urn }) => urn))}`);
      onEvent({ summaryEvent: { resourceChanges: { delete: resources.length } } } as unknown as EngineEvent);
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

it("a destroy deletes the services that a killed up had begun to create on Aiven", async () => {
  const begun = [service("Kafka", "kafka"), service("Pg", "pg")];
  const { steps, notes, changes } = await tornDown({ begun });
  expect(steps).toEqual(["read kafka, pg", "delete kafka, pg"]);
  expect(notes).toEqual([
    "An earlier run was interrupted; what it had begun on Aiven is taken over: kafka, pg.",
  ]);
  expect(changes).toBe("2 deleted");
});

it("a destroy after a killed up does not take over what Aiven had not begun", async () => {
  const { steps } = await tornDown({ begun: [service("Kafka", "another")] });
  expect(steps).toEqual(["delete "]);
});

it("a destroy that finds something begun on Aiven needs a token", async () => {
  vi.stubEnv("AIVEN_TOKEN", "");
  await expect(tornDown({ begun: [service("Kafka", "kafka")] })).rejects.toThrow(
    /^there is no token for Aiven: get one in Aiven's console/,
  );
});

it("a destroy deletes nothing if what a killed up had begun is protected", async () => {
  const { stack, steps } = killed({ begun: [service("Kafka", "kafka", { protect: true })] });
  const run = { stack, progress: silent, state: await stackState(stack) };
  await expect(tearDown(run)).rejects.toThrow(
    /^The stack dev is protected \(aiven.protected\): 1 of its resources hold data, among them the services kafka\./,
  );
  expect(steps).toEqual(["read kafka"]);
});

it("a stack of which only a killed up knows something is not empty", async () => {
  expect(await isEmpty(killed({ begun: [service("Kafka", "kafka")] }).stack)).toBe(false);
  expect(await isEmpty(killed({ begun: [] }).stack)).toBe(true);
});

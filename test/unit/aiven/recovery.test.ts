import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { adoptInterrupted } from "../../../components/hosts/aiven/recovery.ts";
import { type StateResource, stackState } from "../../../components/stateResources.ts";
import { silent } from "../../support/silentProgress.ts";
import { done, pass, useStandIn } from "../aivenStandIn/standInCalls.ts";

const standIn = useStandIn();
beforeEach(() => {
  vi.stubEnv("AIVEN_WEB_URL", standIn().url);
});

const PLACE = { project: "test-project", serviceName: "kafka" };

function user(username: string, more: Partial<StateResource> = {}): StateResource {
  return {
    urn: "urn:pulumi:dev::project::aiven:index/kafkaUser:KafkaUser::kafka-generator",
    type: "aiven:index/kafkaUser:KafkaUser",
    custom: true,
    inputs: { ...PLACE, username },
    ...more,
  };
}
const known = (username: string, more: Partial<StateResource> = {}) =>
  user(username, { id: `test-project/kafka/${username}`, ...more });
/** Depends on the user. */
const RULE: StateResource = {
  urn: "urn:pulumi:dev::project::aiven:index/kafkaAcl:KafkaAcl::generator-writes",
  type: "aiven:index/kafkaAcl:KafkaAcl",
  custom: true,
};

/** The state after a killed run, or undefined if it stays as it was. */
async function adopted(resources: readonly StateResource[], ...begun: StateResource[]) {
  return (await recovered({ resources, begun })).state;
}

interface Interrupted {
  readonly resources?: readonly StateResource[];
  readonly begun: readonly StateResource[];
  /** When the killed run last wrote the state, in ms from now. */
  readonly writtenInMs?: number;
}

async function recovered({ resources = [], begun, writtenInMs = 0 }: Interrupted) {
  let imported: StateResource[] | undefined;
  const pending_operations = begun.map((resource) => ({ type: "creating", resource }));
  const manifest = { time: new Date(Date.now() + writtenInMs).toISOString() };
  const stack = {
    name: "dev",
    exportStack: async () => ({ version: 3, deployment: { manifest, resources, pending_operations } }),
    importStack: async (state: { deployment: { resources: StateResource[] } }) => {
      imported = state.deployment.resources;
    },
    refresh: async () => undefined,
  } as unknown as Stack;
  const run = { stack, progress: silent, state: await stackState(stack) };
  const error = await adoptInterrupted(run, "test-token").then(() => "", String);
  const state = imported?.map(({ id, urn, delete: condemned = false }) => [
    id ?? urn.split("::").at(-1),
    condemned,
  ]);
  return { state, error };
}

describe("what a killed up had begun to create on Aiven", () => {
  it("is added to the state if it exists", async () => {
    await done("POST", "/service/kafka/user", { username: "generator" });
    expect(await adopted([RULE], user("generator"))).toEqual([
      ["generator-writes", false],
      ["test-project/kafka/generator", false],
    ]);
    expect(await adopted([], user("generator-2"))).toBeUndefined();
  });

  it("comes before the resource that it replaces, which is still to be deleted", async () => {
    await done("POST", "/service/kafka/user", { username: "generator" });
    await done("POST", "/service/kafka/user", { username: "generator-2" });
    expect(await adopted([known("generator"), RULE], user("generator-2"))).toEqual([
      ["test-project/kafka/generator-2", false],
      ["test-project/kafka/generator", true],
      ["generator-writes", false],
    ]);
  });

  it("takes the place of the resource that it replaces if that has been deleted before", async () => {
    await done("POST", "/service/kafka/user", { username: "generator" });
    const former = known("generator", { pendingReplacement: true });
    expect(await adopted([former, RULE], user("generator"))).toEqual([
      ["test-project/kafka/generator", false],
      ["generator-writes", false],
    ]);
  });

  it("leaves one alone that an earlier run has replaced", async () => {
    await done("POST", "/service/kafka/user", { username: "generator-2" });
    const earlier = known("generator", { delete: true });
    expect(await adopted([RULE, earlier], user("generator-2"))).toEqual([
      ["generator-writes", false],
      ["test-project/kafka/generator", true],
      ["test-project/kafka/generator-2", false],
    ]);
  });

  it("is not mistaken for the resource that it was to replace", async () => {
    await done("POST", "/service/kafka/user", { username: "generator" });
    expect(await adopted([known("generator")], user("generator"))).toBeUndefined();
  });
});

describe("a service with a name that a killed up was to create", () => {
  const MINUTE = 60_000;
  const service: StateResource = {
    urn: "urn:pulumi:dev::project::aiven:index/kafka:Kafka::kafka-service",
    type: "aiven:index/kafka:Kafka",
    custom: true,
    inputs: PLACE,
  };

  // Aiven builds several at a time, and the engine writes its state after each.
  it.each([
    ["when", 0],
    ["25 minutes before", 25],
    ["12 minutes after", -12],
  ])("is the stack's if it was created %s the state was written", async (_when, min) => {
    const found = await recovered({ begun: [service], writtenInMs: min * MINUTE });
    expect(found).toEqual({ state: [["test-project/kafka", false]], error: "" });
  });

  it.each([
    ["an hour before", 60],
    ["an hour after", -60],
  ])("is left alone if it was created %s the state was written", async (_when, min) => {
    const createdAt = new Date().toISOString();
    const writtenAt = new Date(Date.now() + min * MINUTE).toISOString();
    await done("POST", "/service/kafka/user", { username: "generator" });
    const found = await recovered({ begun: [service, user("generator")], writtenInMs: min * MINUTE });
    expect(found).toEqual({
      state: [["test-project/kafka/generator", false]],
      error: `Error: The service kafka of the Aiven project test-project was created at ${createdAt}, but the run that was to create it was interrupted at about ${writtenAt}: it seems to be somebody else's, and stays as it is.

To create this stack's services under other names, set aiven.prefix in Pulumi.dev.yaml. If nobody needs what is there, delete it in Aiven's console. Then run the same command again.`,
    });
  });

  it("is not asked for its age if the state has it", async () => {
    pass(60 * MINUTE);
    const known = { ...service, id: "test-project/kafka" };
    expect(await recovered({ resources: [known], begun: [service] })).toEqual({
      state: undefined,
      error: "",
    });
  });
});

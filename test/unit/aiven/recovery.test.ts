import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { adoptInterrupted } from "../../../components/hosts/aiven/recovery.ts";
import { type StateResource, stackState } from "../../../components/stateResources.ts";
import { silent } from "../../support/silentProgress.ts";
import { done, useStandIn } from "../aivenStandIn/standInCalls.ts";

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
  let imported: StateResource[] | undefined;
  const pending_operations = begun.map((resource) => ({ type: "creating", resource }));
  const stack = {
    exportStack: async () => ({ version: 3, deployment: { resources, pending_operations } }),
    importStack: async (state: { deployment: { resources: StateResource[] } }) => {
      imported = state.deployment.resources;
    },
    refresh: async () => undefined,
  } as unknown as Stack;
  await adoptInterrupted({ stack, progress: silent, state: await stackState(stack) }, "test-token");
  return imported?.map(({ id, urn, delete: condemned = false }) => [id ?? urn.split("::").at(-1), condemned]);
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

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { adoptInterrupted } from "../../../components/hosts/aiven/recovery.ts";
import { type StateResource, stackState, stateResources } from "../../../components/stateResources.ts";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { silent } from "../../support/silentProgress.ts";
import { TestStack } from "../../support/testStack.ts";

const PLACE = { project: "test-project", serviceName: "kafka" };
const URN = "urn:pulumi:dev::streaming-anomaly-detection::";
const STACK: StateResource = {
  urn: `${URN}pulumi:pulumi:Stack::streaming-anomaly-detection-dev`,
  type: "pulumi:pulumi:Stack",
};
const USER = {
  urn: `${URN}aiven:index/kafkaUser:KafkaUser::kafka-generator`,
  type: "aiven:index/kafkaUser:KafkaUser",
  custom: true,
};
const FORMER: StateResource = {
  ...USER,
  id: "test-project/kafka/generator",
  inputs: { ...PLACE, username: "generator" },
};
const DEPENDENT = {
  urn: `${URN}aiven:index/kafkaAcl:KafkaAcl::generator-writes`,
  type: "aiven:index/kafkaAcl:KafkaAcl",
  custom: true,
  id: "test-project/kafka/acl1",
  dependencies: [USER.urn],
};

let api: AivenStandIn;
beforeAll(async () => {
  api = await AivenStandIn.start({ services: [{ name: "kafka", type: "kafka", plan: "business-4" }] });
  for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
  const headers = { authorization: `aivenv1 ${api.environment.AIVEN_TOKEN}` };
  const body = JSON.stringify({ username: "generator-2" });
  await fetch(`${api.url}/v1/project/test-project/service/kafka/user`, { method: "POST", headers, body });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await api.close();
});

/** The real engine's state after a run that was killed while it replaced a user. */
async function killedReplacing(former: StateResource, use: (stack: Stack) => Promise<void>): Promise<void> {
  const test = await TestStack.create({}, { name: "dev" });
  try {
    const state = await test.stack.exportStack();
    const resources = [STACK, former, DEPENDENT];
    await test.stack.importStack({ ...state, deployment: { ...state.deployment, resources } });
    test.noteCreation({ ...USER, inputs: { ...PLACE, username: "generator-2" } });
    // Only Aiven's provider can read the user.
    await use(Object.assign(Object.create(test.stack), { refresh: async () => undefined }));
  } finally {
    test.remove();
  }
}

it.each<[string, StateResource, [string, boolean][]]>([
  [
    "which is still to be deleted",
    FORMER,
    [
      ["test-project/kafka/generator-2", false],
      ["test-project/kafka/generator", true],
    ],
  ],
  [
    "which it has deleted before",
    { ...FORMER, pendingReplacement: true },
    [["test-project/kafka/generator-2", false]],
  ],
])(
  "the engine accepts a resource that a killed up has created instead of one %s",
  async (_, former, expected) => {
    await killedReplacing(former, async (stack) => {
      await adoptInterrupted({ stack, progress: silent, state: await stackState(stack) }, "test-token");
      const users = (await stateResources(stack)).filter(({ urn }) => urn === USER.urn);
      expect(users.map(({ id, delete: condemned = false }) => [id, condemned])).toEqual(expected);
    });
  },
);

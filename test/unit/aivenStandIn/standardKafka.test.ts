import { beforeEach, describe, expect, it } from "vitest";
import { AivenStandIn } from "../../aiven/standIn.ts";
import { call, done, pass, refusal, useStandIn } from "./standInCalls.ts";

useStandIn();
const OFFERING = "inkless-professional-3x-8-1";
const USER_CONFIG = { kafka_version: "4.1", inkless: { enabled: true }, tiered_storage: { enabled: true } };
const STANDARD = { service_name: "new", service_type: "kafka", plan: OFFERING, user_config: USER_CONFIG };
const create = (changes: Record<string, unknown> = {}) =>
  call("POST", "/service", { ...STANDARD, ...changes });

it("offerings are listed with their throughput, clouds and rates", async () => {
  const path = "/v1/organization/org1/projects/test-project/inkless";
  const offering = { offering_name: OFFERING, compute_tier: 1, max_ingress_mbps: 60 };
  expect(await done("GET", `${path}/offerings`)).toMatchObject({ offerings: [offering, {}] });
  const { rates } = await done<{ rates: object[] }>("GET", `${path}/pricing/rates`);
  expect(rates).toContainEqual(
    expect.objectContaining({ offering_name: OFFERING, cloud_name: "aws-eu-west-1", compute_fee: "400.00" }),
  );
});

describe("a new Standard Kafka", () => {
  it.each([
    [400, /requires inkless and tiered_storage/, { user_config: { kafka_version: "4.1" } }],
    [
      400,
      /requires inkless and tiered_storage/,
      { user_config: { ...USER_CONFIG, tiered_storage: { enabled: false } } },
    ],
    [400, /requires kafka_version 4.0 or newer/, { user_config: { ...USER_CONFIG, kafka_version: "3.9" } }],
    [400, /not available in cloud 'do-fra'/, { cloud: "do-fra" }],
    [400, /does not support inkless/, { plan: "business-4" }],
  ])("is refused: %i %s", async (status, message, changes) => {
    expect(await create(changes)).toEqual(refusal(status, message));
  });

  it.each([
    ["standard", { plan: "business-4", user_config: {} }],
    ["classic", {}],
  ] as const)("or a Classic one is refused to accounts that create only %s", async (kafkaTypes, changes) => {
    const account = await AivenStandIn.start({ kafkaTypes });
    const response = await fetch(`${account.url}/v1/project/test-project/service`, {
      method: "POST",
      headers: { authorization: "aivenv1 test-token" },
      body: JSON.stringify({ ...STANDARD, ...changes }),
    });
    await account.close();
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal(403, /is not available for new service creation/),
    );
  });
});

describe("a Standard Kafka", () => {
  beforeEach(async () => {
    expect(await create()).toMatchObject({ status: 200 });
    pass(10_000);
  });
  const topic = (config: Record<string, unknown>) =>
    call("POST", "/service/new/topic", { topic_name: "t", replication: 3, config });

  it.each([
    [/Compacted topics are not supported/, { cleanup_policy: "compact" }],
    [/'segment_bytes' is managed by Aiven/, { segment_bytes: 16_777_216 }],
    [/'local_retention_ms' is managed by Aiven/, { local_retention_ms: 60_000 }],
    [/at most 2/, { min_insync_replicas: 3 }],
    [/Remote storage cannot be disabled/, { remote_storage_enable: false }],
    [/Diskless topics are not enabled/, { diskless_enable: true }],
  ])("refuses a topic: %s", async (message, config) => {
    expect(await topic(config)).toEqual(refusal(400, message));
  });

  it("has diskless topics, which are not compacted either, once they are enabled", async () => {
    await done("PUT", "/service/new", { user_config: { kafka_diskless: { enabled: true } } });
    expect(await topic({ diskless_enable: true, cleanup_policy: "compact" })).toMatchObject({ status: 400 });
    expect(await topic({ diskless_enable: true })).toMatchObject({ status: 200 });
  });

  it("keeps its type and its remote storage", async () => {
    const change = (user_config: object) => call("PUT", "/service/new", { user_config });
    expect(await change({ inkless: { enabled: false } })).toEqual(refusal(400, /type of a Kafka service/));
    expect(await change({ tiered_storage: { enabled: false } })).toEqual(
      refusal(400, "Tiered storage cannot be disabled"),
    );
  });

  it("loses its topics when it is powered off", async () => {
    expect(await topic({ retention_ms: 1 })).toMatchObject({ status: 200 });
    await done("PUT", "/service/new", { powered: false });
    await done("PUT", "/service/new", { powered: true });
    pass(10_000);
    expect(await done("GET", "/service/new/topic")).toEqual({ topics: [] });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import type { TestStack } from "../../support/testStack.ts";

const VPC = "1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d";
const SETTINGS = {
  pipelines: ["filter"],
  "openSearch.enabled": false,
  "notifier.enabled": false,
  "aiven.vpc": VPC,
  "aiven.maintenanceWindow": { day: "monday", time: "03:30:00" },
  "kafka.topicTags": { team: "platform" },
  "kafka.userConfig": { kafka: { group_max_session_timeout_ms: 70000 } },
  "postgres.additionalDiskGb": 30,
  "postgres.userConfig": { pg: { max_connections: 200 }, backup_hour: 3 },
};

describe.skipIf(whyNotAiven).sequential("the stack dev in a company's network", () => {
  let world: AivenWorld;
  let stack: TestStack;

  beforeAll(async () => {
    world = await AivenWorld.start({ vpcs: [{ id: VPC, cloud: "google-europe-west1" }] });
    stack = await world.stack("dev", SETTINGS);
  }, 2 * MINUTE);
  afterAll(() => world?.remove());

  it("is deployed as the settings say", { timeout: 4 * MINUTE }, async () => {
    await stack.up();
    const service = (name: string) => world.api.state.service(name);
    for (const name of ["demo-kafka", "demo-postgresql", "demo-flink"]) {
      expect(service(name)).toMatchObject({
        projectVpcId: VPC,
        maintenance: { dow: "monday", time: "03:30:00" },
      });
    }
    expect(service("demo-postgresql")).toMatchObject({
      diskMb: (80 + 30) * 1024,
      userConfig: { pg_version: "17", pg: { max_connections: 200 }, backup_hour: 3 },
    });
    const { userConfig, topics } = service("demo-kafka");
    expect(userConfig.kafka).toMatchObject({
      group_max_session_timeout_ms: 70000,
      auto_create_topics_enable: false,
    });
    for (const { tags } of topics.values()) expect(tags).toEqual([{ key: "team", value: "platform" }]);
    expect(world.api.unknownRoutes).toEqual([]);
  });

  it("stays unchanged after a refresh and a second up", { timeout: 2 * MINUTE }, async () => {
    await stack.refresh();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("leaves nothing behind when it is destroyed", { timeout: 2 * MINUTE }, async () => {
    await stack.destroy();
    expect([...world.api.state.services.keys()]).toEqual([]);
  });
});

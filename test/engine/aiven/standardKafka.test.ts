import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import type { TestStack } from "../../support/testStack.ts";

describe
  .skipIf(whyNotAiven)
  .sequential("the stack dev in an account that creates Standard Kafka only", () => {
    let world: AivenWorld;
    let stack: TestStack;

    beforeAll(async () => {
      world = await AivenWorld.start({ kafkaTypes: "standard" });
      stack = await world.stack("dev", {
        "openSearch.enabled": false,
        pipelines: ["aggregate", "alerts", "quarantine"],
      });
    }, 2 * MINUTE);
    afterAll(() => world?.remove());

    it("is deployed with every topic that it declares", { timeout: 4 * MINUTE }, async () => {
      await stack.up();
      const { planName, userConfig, topics } = world.api.state.service("demo-kafka");
      expect(planName).toBe("inkless-professional-3x-8-1");
      expect(userConfig).toMatchObject({
        kafka_version: "4.1",
        inkless: { enabled: true },
        tiered_storage: { enabled: true },
      });
      expect(topics.get("cpu_alerts")?.config).toEqual({
        message_timestamp_type: "LogAppendTime",
        min_insync_replicas: 1,
        retention_ms: 2_592_000_000,
      });
      expect(await world.runningDeployments("demo-flink")).toBe(3);
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

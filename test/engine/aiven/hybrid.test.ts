import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sourceTopic } from "../../../components/pipelines.ts";
import { AivenWorld, MINUTE, whyNotAiven } from "../../support/aivenWorld.ts";
import type { TestStack } from "../../support/testStack.ts";
import { consume, produce } from "../../support/topics.ts";

const PIPELINES = ["filter", "aggregate", "thresholdFilter", "countOverThreshold", "notify", "alerts"];
const EPOCH = Date.UTC(2026, 0, 5, 13);
const READINGS = 100;

describe.skipIf(whyNotAiven)("the stack hybrid, with a real Kafka and PostgreSQL behind Aiven's API", () => {
  let world: AivenWorld;
  let stack: TestStack;
  let sent = 0;

  beforeAll(async () => {
    world = await AivenWorld.start({ kafka: true });
    stack = await world.stack("hybrid", { pipelines: PIPELINES, "flink.checkpointIntervalMs": 1000 });
  }, 2 * MINUTE);
  afterAll(async () => {
    await stack?.destroy();
    await world?.remove();
  }, 2 * MINUTE);

  /** One reading per second for the host dopey (threshold 90), all over 80 percent, every second one over 90. */
  async function send(): Promise<void> {
    const messages = Array.from({ length: READINGS }, (_, index) => {
      const second = sent + index;
      const reading = { hostname: "dopey", cpu: "cpu1", usage: second % 2 === 0 ? 85 : 95 };
      return { value: JSON.stringify({ ...reading, occurred_at: EPOCH + second * 1000 }) };
    });
    await produce(stack.outputs.generator.kafka, sourceTopic, messages);
    sent += READINGS;
  }
  const rows = (topic: string, atLeast: number) => consume(stack.outputs.kafka, topic, { atLeast });
  const jobIds = async () =>
    stack
      .resources("streaming:flink:SqlJob")
      .map(({ outputs }) => String(outputs.jobId))
      .sort();

  it("is deployed with Flink and the notifier on this machine", { timeout: 5 * MINUTE }, async () => {
    await stack.up();
    expect([...world.api.state.services.keys()].sort()).toEqual(["hybrid-kafka", "hybrid-postgresql"]);
    expect(
      stack
        .servers()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["flink-jobmanager", "flink-sql-gateway", "flink-taskmanager", "notifier-process"]);
    expect(await jobIds()).toHaveLength(PIPELINES.length);
    expect(world.api.unknownRoutes).toEqual([]);
  });

  it("finds each anomaly exactly once", { timeout: MINUTE }, async () => {
    await send();
    expect(await rows("cpu_load_stats_real_filter_pg", READINGS / 2)).toHaveLength(READINGS / 2);
    expect(await rows("cpu_load_stats_real_filter", READINGS)).toHaveLength(READINGS);
  });

  it("stays unchanged after a refresh and a second up", { timeout: 2 * MINUTE }, async () => {
    await stack.refresh();
    expect(Object.keys(await stack.up())).toEqual(["same"]);
  });

  it("switches to new users and certificates without losing or repeating a row", {
    timeout: 3 * MINUTE,
  }, async () => {
    const before = await jobIds();
    await stack.set({ "aiven.credentials": 2, "kafka.authentication": "certificate" });
    await stack.up();
    expect([...world.api.state.service("hybrid-kafka").users.keys()].sort()).toEqual([
      "avnadmin",
      "dashboard-2",
      "flink-2",
      "generator-2",
      "notifier-2",
    ]);
    expect([...world.api.state.service("hybrid-postgresql").users.keys()].sort()).toEqual([
      "avnadmin",
      "flink-2",
      "notifier-2",
    ]);
    const after = await jobIds();
    expect(after.filter((id) => before.includes(id))).toEqual([]);

    await send();
    expect(await rows("cpu_load_stats_real_filter_pg", READINGS)).toHaveLength(READINGS);
    expect(await rows("cpu_load_stats_real_filter", 2 * READINGS)).toHaveLength(2 * READINGS);
  });

  it("changes a plan in place and restores the state of a changed statement", {
    timeout: 3 * MINUTE,
  }, async () => {
    const before = await jobIds();
    await stack.set({ "postgres.plan": "business-4", pipelines: [...PIPELINES, "trend"] });
    expect(await stack.up()).toMatchObject({ update: 1 });
    expect(world.api.state.service("hybrid-postgresql").planName).toBe("business-4");
    await stack.set({ "trend.windows": 4 });
    expect(await stack.up()).toMatchObject({ update: 1 });
    const after = await jobIds();
    expect(after.filter((id) => before.includes(id))).toHaveLength(PIPELINES.length);
  });

  it("has no secret in plain text in the state that the engine keeps", () => {
    const { security } = stack.outputs.kafka;
    const { password } = stack.outputs.postgres;
    const key = "key" in security ? security.key : "";
    expect(key).toContain("PRIVATE KEY");
    const state = stack.stateFile();
    const found = [password, key].filter((secret) => state.includes(JSON.stringify(secret).slice(1, -1)));
    expect(found).toEqual([]);
  });

  it("leaves nothing behind when it is destroyed", { timeout: 2 * MINUTE }, async () => {
    await stack.destroy();
    expect([...world.api.state.services.keys()]).toEqual([]);
    expect(world.api.unknownRoutes).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { topicHandler } from "../../provider/kafka/topic.ts";
import type { TopicInputs } from "../../provider/kafka/topicInputs.ts";

const inputs: TopicInputs = {
  connection: { bootstrapServers: "127.0.0.1:1", security: { protocol: "PLAINTEXT" } },
  topic: "cpu_load_stats_real",
  partitions: 3,
  replicationFactor: 1,
  config: {},
};

describe("the inputs of a topic", () => {
  it.each([1, 3, 100])("may be %d partitions", (partitions) => {
    expect(topicHandler.check({ ...inputs, partitions }, undefined)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, "3" as never])("may not be %s partitions", (partitions) => {
    expect(topicHandler.check({ ...inputs, partitions }, undefined)).toEqual([
      { property: "partitions", reason: `${partitions} is not a whole number of at least 1` },
    ]);
  });

  it.each(["a", "A.b_c-9", "...", "x".repeat(249)])('may have the name "%s"', (topic) => {
    expect(topicHandler.check({ ...inputs, topic }, undefined)).toEqual([]);
  });

  it.each(["", "a b", "a/b", "ä", "a\n", ".", "..", "x".repeat(250)])(
    'may not have the name "%s"',
    (topic) => {
      const [problem, ...others] = topicHandler.check({ ...inputs, topic }, undefined);
      expect(problem?.property).toBe("topic");
      expect(problem?.reason).toContain(`"${topic}" is not a topic name: 1 to 249 letters, digits, "."`);
      expect(others).toEqual([]);
    },
  );

  it("may grow in partitions", () => {
    expect(topicHandler.check({ ...inputs, partitions: 4 }, inputs)).toEqual([]);
  });

  it("may not shrink, because that would lose records", () => {
    expect(topicHandler.check({ ...inputs, partitions: 2 }, inputs)).toEqual([
      {
        property: "partitions",
        reason:
          "topic cpu_load_stats_real has 3 partitions and cannot go down to 2: Kafka never removes partitions, " +
          "since their records would be lost. Keep 3 or more, or destroy the stack and create it again",
      },
    ]);
  });

  it("may have fewer partitions for another topic", () => {
    expect(topicHandler.check({ ...inputs, topic: "other", partitions: 1 }, inputs)).toEqual([]);
  });
});

it("a topic that is to have another number of copies is never replaced, even if its broker is away", async () => {
  const wanted = { ...inputs, replicationFactor: 3 };
  expect(await topicHandler.diff(inputs, wanted)).toEqual({ changed: true, replaces: [] });
});

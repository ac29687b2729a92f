import type { Admin } from "kafkajs";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { describe as describeTopic, remove } from "../../provider/kafka/topicAdmin.ts";
import type { NewTopic, TopicInputs } from "../../provider/kafka/topicInputs.ts";
import { uniqueName } from "../support/names.ts";
import { freePorts } from "../support/ports.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { consume, produce } from "../support/topics.ts";

const connection = inject("services").kafka;
const admin: Admin = kafkaClient(connection, "test").admin();
const made: TopicInputs[] = [];
/** A broker answers from its cache, which gets a change a moment after the controller has confirmed it. */
const SOON = { timeout: 30_000 };

beforeAll(() => admin.connect());
afterAll(async () => {
  for (const topic of made) await topicHandler.delete(topic.topic, topic);
  await admin.disconnect();
});

/** Inputs of a separate topic for each test, removed at the end. */
function topic(inputs: Partial<NewTopic> = {}): NewTopic {
  const all = { ...plain, topic: uniqueName("topic"), ...inputs };
  made.push(all);
  return all;
}

const plain: NewTopic = { connection, topic: "nowhere", partitions: 2, replicationFactor: 1, config: {} };

/** A connection to a port that nobody listens on. */
async function nowhere(): Promise<TopicInputs["connection"]> {
  const [port] = await freePorts(1);
  return { bootstrapServers: `127.0.0.1:${port}`, security: { protocol: "PLAINTEXT" } };
}

async function partitionsOf(name: string): Promise<number | undefined> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  return topics[0]?.partitions.length;
}

async function configOf(name: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name }],
  });
  return Object.fromEntries(
    resources.flatMap(({ configEntries }) =>
      configEntries.map(({ configName, configValue }) => [configName, configValue]),
    ),
  );
}

describe("a new topic", () => {
  it("has leaders that accept each record at the first attempt", async () => {
    const inputs = topic({ partitions: 100 });
    await topicHandler.create(inputs, "name");
    // After a refusal by one leader, this producer repeats what the others have accepted.
    const producer = kafkaClient(connection, "test").producer({ idempotent: false });
    await producer.connect();
    const messages = Array.from({ length: 1_000 }, (_, n) => ({ key: `key ${n}`, value: "{}" }));
    await producer.send({ topic: inputs.topic, messages });
    await producer.disconnect();
    expect(await consume(connection, inputs.topic)).toHaveLength(1_000);
  });

  it("can be written and read as soon as it is created, with its partitions and configuration", async () => {
    const inputs = topic({
      partitions: 3,
      config: { "retention.ms": "3600000", "cleanup.policy": "compact" },
    });
    expect(await topicHandler.create(inputs, "name")).toEqual({ id: inputs.topic, state: inputs });
    await produce(connection, inputs.topic, [{ partition: 2, key: "a", value: '{"usage":1}' }]);
    expect(await consume(connection, inputs.topic)).toEqual([{ usage: 1 }]);
    expect(await partitionsOf(inputs.topic)).toBe(3);
    expect(await configOf(inputs.topic)).toMatchObject(inputs.config);
  });

  it("reads back as requested, which is not a change", async () => {
    const inputs = topic({ config: { "retention.ms": "3600000" } });
    const { id, state } = await topicHandler.create(inputs, "name");
    const seen = await topicHandler.read(id, state);
    expect(seen).toEqual(inputs);
    expect(await topicHandler.diff(seen ?? state, inputs)).toEqual({ changed: false, replaces: [] });
  });

  it("fails with the broker's reason if the broker refuses it", async () => {
    const config = topic({ config: { "retention.ms": "soon" } });
    await expect(topicHandler.create(config, "name")).rejects.toThrow(
      `topic ${config.topic} was refused by the broker: Configuration is invalid`,
    );
    const replicas = topic({ replicationFactor: 3 });
    await expect(topicHandler.create(replicas, "name")).rejects.toThrow(
      `topic ${replicas.topic} was refused by the broker: Replication-factor is invalid`,
    );
    const topics = await admin.listTopics();
    expect(topics.filter((name) => [config.topic, replicas.topic].includes(name))).toEqual([]);
  });
});

describe("an existing topic", () => {
  it("is adopted with its records and gets the requested configuration", async () => {
    const inputs = topic({ partitions: 3, config: { "retention.ms": "7200000" } });
    await admin.createTopics({ topics: [{ topic: inputs.topic, numPartitions: 1, replicationFactor: 1 }] });
    await produce(connection, inputs.topic, [{ value: '{"usage":1}' }]);
    expect(await topicHandler.create(inputs, "name")).toEqual({ id: inputs.topic, state: inputs });
    await expect.poll(() => topicHandler.read(inputs.topic, inputs), SOON).toEqual(inputs);
    expect(await consume(connection, inputs.topic)).toEqual([{ usage: 1 }]);
  });

  it("is refused if it has more partitions", async () => {
    const inputs = topic({ partitions: 2 });
    await admin.createTopics({ topics: [{ topic: inputs.topic, numPartitions: 4, replicationFactor: 1 }] });
    await expect(topicHandler.create(inputs, "name")).rejects.toThrow(
      `topic ${inputs.topic} exists with 4 partitions, more than the 2 asked for, and Kafka never removes ` +
        "partitions: ask for 4 or more, or delete the topic",
    );
    expect(await partitionsOf(inputs.topic)).toBe(4);
  });
});

describe("an update of a topic", () => {
  it("grows its partitions, which a read sees at once", async () => {
    const inputs = topic({ partitions: 1 });
    const { state } = await topicHandler.create(inputs, "name");
    const wanted = { ...inputs, partitions: 5 };
    expect(await topicHandler.diff(state, wanted)).toEqual({ changed: true, replaces: [] });
    expect(await topicHandler.update(inputs.topic, state, wanted)).toEqual(wanted);
    expect(await topicHandler.read(inputs.topic, wanted)).toEqual(wanted);
  });

  it("changes its configuration and resets a key that is no longer set to its default", async () => {
    const inputs = topic({ config: { "retention.ms": "3600000", "cleanup.policy": "compact" } });
    const { state } = await topicHandler.create(inputs, "name");
    const wanted = { ...inputs, config: { "retention.ms": "1800000" } };
    expect(await topicHandler.diff(state, wanted)).toEqual({ changed: true, replaces: [] });
    await topicHandler.update(inputs.topic, state, wanted);
    await expect
      .poll(() => configOf(inputs.topic), SOON)
      .toMatchObject({
        "retention.ms": "1800000",
        "cleanup.policy": "delete",
      });
  });

  it("keeps what somebody else has configured", async () => {
    const inputs = topic({ config: { "retention.ms": "3600000" } });
    const { state } = await topicHandler.create(inputs, "name");
    const configEntries = [
      { name: "retention.ms", value: "3600000" },
      { name: "max.message.bytes", value: "2000000" },
    ];
    const resources = [{ type: 2, name: inputs.topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
    const others = { "max.message.bytes": "2000000" };
    await expect.poll(() => configOf(inputs.topic), SOON).toMatchObject(others);
    await topicHandler.update(inputs.topic, state, { ...inputs, config: { "retention.ms": "1800000" } });
    await expect
      .poll(() => configOf(inputs.topic), SOON)
      .toMatchObject({
        "retention.ms": "1800000",
        ...others,
      });
  });

  it("restores a configuration that somebody has changed", async () => {
    const inputs = topic({ config: { "retention.ms": "3600000" } });
    const { state } = await topicHandler.create(inputs, "name");
    await topicHandler.update(inputs.topic, state, { ...inputs, config: { "retention.ms": "1" } });
    const changed = { ...inputs, config: { "retention.ms": "1" } };
    await expect.poll(() => topicHandler.read(inputs.topic, state), SOON).toEqual(changed);
    expect(await topicHandler.diff(changed, inputs)).toEqual({ changed: true, replaces: [] });
  });

  it("replaces it if its name changes", async () => {
    const inputs = topic();
    expect(await topicHandler.diff(inputs, { ...inputs, topic: "other", replicationFactor: 3 })).toEqual({
      changed: true,
      replaces: ["topic"],
      createFirst: true,
    });
  });

  it("refuses another number of copies, and keeps the records", async () => {
    const inputs = topic();
    const { state } = await topicHandler.create(inputs, "name");
    await produce(connection, inputs.topic, [{ value: '{"usage":1}' }]);
    const wanted = { ...inputs, replicationFactor: 3 };
    const refusal =
      `topic ${inputs.topic} has 1 copy of each record and cannot get 3 from here: Kafka would only give them to a new ` +
      "topic, and the records would be lost. Give the topic 3 with kafka-reassign-partitions and " +
      "deploy again; or set kafka.replicationFactor back to 1; or destroy the stack and create it again";
    expect(await failureOf(Promise.resolve(topicHandler.diff(state, wanted)))).toBe(refusal);
    expect(await failureOf(topicHandler.update(inputs.topic, state, wanted))).toBe(refusal);
    expect(await consume(connection, inputs.topic)).toEqual([{ usage: 1 }]);
  });

  it("accepts another number of copies in place once the topic has it", async () => {
    const inputs = topic();
    const { state } = await topicHandler.create(inputs, "name");
    await produce(connection, inputs.topic, [{ value: '{"usage":1}' }]);
    // As if it had had three copies, and somebody had reassigned its partitions.
    const former = { ...state, replicationFactor: 3 };
    expect(await topicHandler.diff(former, inputs)).toEqual({ changed: true, replaces: [] });
    expect(await topicHandler.update(inputs.topic, former, inputs)).toEqual(inputs);
    expect(await consume(connection, inputs.topic)).toEqual([{ usage: 1 }]);
  });
});

describe("a topic of another owner", () => {
  const others = async () => {
    const inputs = { connection, topic: uniqueName("theirs"), existing: true } as const;
    await admin.createTopics({ topics: [{ topic: inputs.topic, numPartitions: 4, replicationFactor: 1 }] });
    made.push(topic({ topic: inputs.topic }));
    return inputs;
  };

  it("is used as it is, and stays when the resource is deleted", async () => {
    const inputs = await others();
    const before = await configOf(inputs.topic);
    const { id, state } = await topicHandler.create(inputs, "name");
    expect(state).toEqual(inputs);
    expect(await topicHandler.diff(state, inputs)).toEqual({ changed: false, replaces: [] });
    expect(await topicHandler.read(id, state)).toEqual(inputs);
    await topicHandler.delete(id, state);
    expect(await partitionsOf(inputs.topic)).toBe(4);
    expect(await configOf(inputs.topic)).toEqual(before);
  });

  it("must exist", async () => {
    const inputs = { connection, topic: uniqueName("theirs"), existing: true } as const;
    const missing = `source.topic is ${inputs.topic}, and source.existing is true, but that topic does not exist, or this login is not allowed to see it`;
    await expect(topicHandler.create(inputs, "name")).rejects.toThrow(missing);
    expect(await topicHandler.read("id", inputs)).toBe(undefined);
    expect(await topicHandler.diff(inputs, inputs)).toEqual({ changed: true, replaces: [] });
    await expect(topicHandler.update("id", inputs, inputs)).rejects.toThrow(missing);
  });

  it("may have been the stack's own, and changes owner in place", async () => {
    const own = topic();
    const { id, state } = await topicHandler.create(own, "name");
    await produce(connection, own.topic, [{ value: '{"usage":1}' }]);
    const inputs = { connection, topic: own.topic, existing: true } as const;
    expect(await topicHandler.diff(state, inputs)).toEqual({ changed: true, replaces: [] });
    const left = await topicHandler.update(id, state, inputs);
    await topicHandler.delete(id, left);
    expect(await consume(connection, own.topic)).toEqual([{ usage: 1 }]);
  });

  it("does not become the stack's own", async () => {
    const inputs = await others();
    const wanted = topic({ topic: inputs.topic, partitions: 4, shared: true });
    expect(await topicHandler.diff(inputs, wanted)).toEqual({ changed: true, replaces: ["existing"] });
    await produce(connection, inputs.topic, [{ value: '{"usage":1}' }]);
    await expect(topicHandler.create(wanted, "name")).rejects.toThrow("was not created by this stack");
  });
});

describe("a missing topic", () => {
  it("is reported as gone, and deleting it succeeds", async () => {
    const inputs = topic();
    const { id, state } = await topicHandler.create(inputs, "name");
    await admin.deleteTopics({ topics: [inputs.topic] });
    await expect.poll(() => topicHandler.read(id, state), SOON).toBe(undefined);
    await topicHandler.delete(id, state);
  });

  it("may still be listed for a moment after its deletion", async () => {
    const inputs = topic();
    const stale = kafkaClient(connection, "test", { retry: { retries: 0 } }).admin();
    await stale.connect();
    const lagging = { ...stale, listTopics: async () => [inputs.topic] };
    expect(await describeTopic(lagging, inputs)).toBe(undefined);
    await remove(lagging, inputs.topic);
    await stale.disconnect();
  });

  it("is the result of a delete", async () => {
    const inputs = topic();
    const { id, state } = await topicHandler.create(inputs, "name");
    await topicHandler.delete(id, state);
    await expect.poll(() => admin.listTopics(), SOON).not.toContain(inputs.topic);
  });
});

describe("a broker that does not answer", () => {
  it("leaves the state of its topics unchanged", { timeout: 15_000 }, async () => {
    const state = { ...plain, connection: await nowhere() };
    expect(await topicHandler.read(state.topic, state)).toEqual(state);
  });

  it("makes create fail with its address", { timeout: 15_000 }, async () => {
    const inputs = { ...plain, connection: await nowhere() };
    await expect(topicHandler.create(inputs, "name")).rejects.toThrow(
      new RegExp(`ECONNREFUSED.*${inputs.connection.bootstrapServers}`),
    );
  });
});

describe("a missing topic", () => {
  it("is recreated by an update, which warns about it", async () => {
    const warning = vi.spyOn(console, "warn").mockReturnValue();
    const inputs = topic({ partitions: 3, config: { "retention.ms": "3600000" } });
    const { state } = await topicHandler.create(inputs, "name");
    expect(await topicHandler.diff(state, inputs)).toEqual({ changed: false, replaces: [] });
    await admin.deleteTopics({ topics: [inputs.topic] });
    await expect.poll(() => admin.listTopics(), SOON).not.toContain(inputs.topic);
    expect(await topicHandler.diff(state, inputs)).toEqual({ changed: true, replaces: [] });
    await topicHandler.update(inputs.topic, state, inputs);
    expect(await topicHandler.read(inputs.topic, state)).toEqual(inputs);
    expect(await topicHandler.diff(state, inputs)).toEqual({ changed: false, replaces: [] });
    expect(warning.mock.calls).toEqual([
      [
        `warning: [runtime] the topic ${inputs.topic} was missing from Kafka at ${connection.bootstrapServers}, with its records: it has been recreated, empty`,
      ],
    ]);
    warning.mockRestore();
  });

  it("looks the same as one on a broker that does not answer, which is not a change", async () => {
    const inputs = topic({ connection: await nowhere() });
    expect(await topicHandler.diff(inputs, inputs)).toEqual({ changed: false, replaces: [] });
    made.pop();
  });
});

import { createErrorFromCode } from "kafkajs/src/protocol/error.js";
import { afterAll, beforeAll, expect, inject, it, onTestFinished, vi } from "vitest";
import { AT_ONCE, followTopics as followForPage } from "../../apps/page/feeds/followTopic.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { followTopics } from "../../clients/results/followTopics.ts";
import { Memberships } from "../support/memberships.ts";
import { uniqueName } from "../support/names.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { until } from "../support/topics.ts";

const { kafka } = inject("services");
const client = kafkaClient(kafka, "test");
const admin = client.admin();
const producer = client.producer();
const topics = new OwnTopics(kafka, ["first", "second", "third"]);
const LOADING = 14;

beforeAll(async () => {
  await topics.create();
  await Promise.all([admin.connect(), producer.connect()]);
});
afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  await topics.delete();
});

// As after a broker stood still for longer than the session timeout: it must load the group first.
it("a consumer that its broker has forgotten rejoins, even if that fails at first", async () => {
  const groupId = uniqueName("forgotten");
  const memberships = new Memberships();
  const consumer = client.consumer({ groupId, heartbeatInterval: 200, maxWaitTimeInMs: 100 });
  onTestFinished(() => consumer.disconnect());
  let joined = 0;
  consumer.on(consumer.events.GROUP_JOIN, () => {
    joined += 1;
  });
  await consumer.connect();
  await consumer.subscribe({ topic: topics.of("first") });
  await consumer.run({ eachMessage: async () => {} });
  const membership = await memberships.of(groupId);
  expect(joined).toBe(1);

  const find = vi.spyOn(membership.cluster, "findGroupCoordinator");
  find.mockRejectedValueOnce(createErrorFromCode(LOADING));
  await memberships.forget(membership);
  await until(() => joined === 2, "the consumer to join again", 10_000);
  expect(find).toHaveBeenCalledTimes(2);
});

type Follow = (topic: string, onValue: (value: string) => void, signal: AbortSignal) => Promise<void>;

/** What follows a topic, and the prefix of its group's name. */
const readers: readonly (readonly [string, string, "second" | "third", Follow])[] = [
  [
    "the page",
    "streaming-page-",
    "second",
    (topic, onValue, signal) => {
      const topics = new Map([[topic, { since: Date.now(), atMost: 0 }]]);
      return followForPage(kafka, topics, new Map(), AT_ONCE, signal, {
        onMessages(_topic, _partition, messages) {
          for (const { value } of messages) onValue((JSON.parse(String(value)) as { value: string }).value);
        },
        onSteady: () => {},
      });
    },
  ],
  [
    "npm run watch",
    "streaming-cli-",
    "third",
    (topic, onValue, signal) =>
      followTopics(kafka, new Map([[topic, topic]]), { fromBeginning: false, signal }, ({ fields }) =>
        onValue(String(fields.value)),
      ),
  ],
];

it.each(readers)(
  "%s misses no row when its broker has forgotten it, or a topic has grown",
  async (...reader) => {
    const [, group, name, follow] = reader;
    const topic = topics.of(name);
    const memberships = new Memberships();
    const end = new AbortController();
    const got: string[] = [];
    const done = follow(topic, (value) => got.push(value), end.signal);
    onTestFinished(async () => {
      end.abort();
      await done;
    });
    const send = (value: string) =>
      producer.send({ topic, messages: [{ value: JSON.stringify({ value }) }] });
    const membership = await memberships.of(group);
    await memberships.standStill(membership, () => send("first"));
    await until(() => got.length === 1, "the first row");

    await memberships.forget(membership);
    await send("meanwhile");
    await until(() => got.length === 2, "the row that came while it was no member");

    await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    await until(async () => (await admin.fetchTopicOffsets(topic)).length === 2, "the new partition");
    // A separate producer: the other one does not know the partition yet.
    const another = client.producer();
    await another.connect();
    onTestFinished(() => another.disconnect());
    const messages = [{ partition: 1, value: JSON.stringify({ value: "in the new partition" }) }];
    await another.send({ topic, messages });
    await until(() => got.length === 3, "the row in the new partition", 20_000);
    expect(got).toEqual(["first", "meanwhile", "in the new partition"]);
  },
);

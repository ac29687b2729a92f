import kafkajs, { type Admin } from "kafkajs";
import { until } from "../../lib/until.ts";
import type { NewTopic } from "./topicInputs.ts";

// kafkajs is CommonJS, and Node recognizes only some of its names as named exports.
const { KafkaJSProtocolError } = kafkajs;

const LEADER_WAIT_MS = 15_000;

/** Waits until the leader of every partition answers; clients can then use the topic. */
export async function awaitLeaders(admin: Admin, { topic, partitions }: NewTopic): Promise<void> {
  const isLed = async () => {
    const leaders = await partitionLeaders(admin, topic);
    return (
      leaders.length >= partitions &&
      leaders.every((leader) => leader >= 0) &&
      (await leadersAnswer(admin, topic))
    );
  };
  if (await until(isLed, { deadline: LEADER_WAIT_MS, pollMs: 100 })) return;
  throw new Error(
    `after ${LEADER_WAIT_MS / 1000} s, not every partition of the topic ${topic} has a leader that answers: check that ` +
      "all brokers run, and call `up` again",
  );
}

/** The id of the leader of each partition; -1 if it has none. */
export async function partitionLeaders(admin: Admin, topic: string): Promise<number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.map(({ leader }) => leader) ?? [];
  } catch (error) {
    if (isPassing(error)) return [];
    throw error;
  }
}

/** A broker names the leader of a partition a little before that leader accepts records. */
async function leadersAnswer(admin: Admin, topic: string): Promise<boolean> {
  try {
    await admin.fetchTopicOffsets(topic);
    return true;
  } catch (error) {
    if (isPassing(error)) return false;
    throw error;
  }
}

const isPassing = (error: unknown) => error instanceof KafkaJSProtocolError && error.retriable;

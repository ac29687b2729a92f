import { randomUUID } from "node:crypto";
import type { Consumer, Kafka, KafkaMessage } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import {
  keepPositions,
  METADATA_MAX_AGE_MS,
  type Positions,
  placeOf,
} from "../../../clients/kafka/keepPositions.ts";
import { unlessAborted } from "../../../lib/timing.ts";

/** Where to start reading a topic. */
export interface Beginning {
  /** Messages that arrived in Kafka since then, epoch ms … */
  readonly since: number;
  /** … but at most this many existing messages per partition. */
  readonly atMost: number;
}

/**
 * The largest answer from Kafka, in bytes, for all partitions and for one. A decoded message takes several times its
 * size, and memory that a large answer once took is not given back. Smaller answers come more often.
 */
const LARGEST_ANSWER = { maxBytes: 512 * 1024, maxBytesPerPartition: 256 * 1024 };

/** When Kafka answers: once it has this many bytes, or after this time. */
export interface Fetches {
  readonly minBytes: number;
  readonly maxWaitTimeInMs: number;
}

/** Answers as soon as there is a message; without one, answers twice a second. */
export const AT_ONCE: Fetches = { minBytes: 1, maxWaitTimeInMs: 500 };
/** Twice a second, or more often if there is a lot. */
export const TWICE_A_SECOND: Fetches = { minBytes: 256 * 1024, maxWaitTimeInMs: 500 };

/**
 * Reads topics until the signal is aborted, committed messages only.
 *
 * @param positions where an earlier call stopped; kept up to date
 * @throws what kafkajs throws if Kafka is away for longer than a few retries, or refuses
 */
export async function followTopics(
  connection: KafkaConnection,
  topics: ReadonlyMap<string, Beginning>,
  positions: Positions,
  fetches: Fetches,
  signal: AbortSignal,
  onMessages: (topic: string, partition: number, messages: readonly KafkaMessage[]) => void,
): Promise<void> {
  const kafka = kafkaClient(connection, "streaming-page", { retry: { initialRetryTime: 100, retries: 3 } });
  for (const [place, offset] of await startsOf(kafka, topics)) {
    if (!positions.has(place)) positions.set(place, offset);
  }
  const consumer = kafka.consumer({
    metadataMaxAge: METADATA_MAX_AGE_MS,
    groupId: `streaming-page-${randomUUID()}`,
    ...LARGEST_ANSWER,
    ...fetches,
  });
  keepPositions(consumer, positions);
  const crashed = crashOf(consumer);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics.keys()] });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, heartbeat }) => {
        const { topic, partition, messages } = batch;
        if (messages.length > 0 && !signal.aborted) onMessages(topic, partition, messages);
        positions.set(placeOf(topic, partition), String(BigInt(batch.lastOffset()) + 1n));
        await heartbeat();
      },
    });
    await unlessAborted(crashed, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  } finally {
    await consumer.disconnect();
  }
}

/** Rejects once the consumer has given up. */
function crashOf(consumer: Consumer): Promise<never> {
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error));
  });
  // The error is handled by whoever awaits this; nobody may yet.
  crashed.catch(() => {});
  return crashed;
}

async function startsOf(kafka: Kafka, topics: ReadonlyMap<string, Beginning>): Promise<[string, string][]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const starts = [...topics].map(async ([topic, { since, atMost }]) => {
      const [ends, first] = [
        await admin.fetchTopicOffsets(topic),
        await admin.fetchTopicOffsetsByTimestamp(topic, since),
      ];
      const end = new Map(
        ends.map(({ partition, high, low }) => [partition, { high: Number(high), low: Number(low) }]),
      );
      return first.map(({ partition, offset }) => {
        const { high = 0, low = 0 } = end.get(partition) ?? {};
        // For a partition without such a message, its end.
        const wanted = Number(offset) < 0 ? high : Number(offset);
        const start = String(Math.max(wanted, high - atMost, low));
        return [placeOf(topic, partition), start] satisfies [string, string];
      });
    });
    return (await Promise.all(starts)).flat();
  } finally {
    await admin.disconnect();
  }
}

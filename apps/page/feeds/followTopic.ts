import { randomUUID } from "node:crypto";
import type { Consumer, KafkaMessage } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import {
  keepPositions,
  METADATA_MAX_AGE_MS,
  type Positions,
  placeOf,
} from "../../../clients/kafka/keepPositions.ts";
import { type Beginning, type Start, startsOf } from "../../../clients/kafka/startsOf.ts";
import { unlessAborted } from "../../../lib/timing.ts";

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

/** A broker that refuses, or messages that cannot be decoded, end a reader sooner than this. */
const STEADY_MS = 3_000;

/** Whom a reader tells. */
export interface Listener {
  /** Takes in messages of a partition. Those before the offset `liveFrom` arrived before the reader had connected. */
  onMessages(topic: string, partition: number, messages: readonly KafkaMessage[], liveFrom: number): void;
  /** Reading works; called repeatedly. */
  onSteady(): void;
}

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
  listener: Listener,
): Promise<void> {
  const kafka = kafkaClient(connection, "streaming-page", { retry: { initialRetryTime: 100, retries: 3 } });
  const ends = new Map<string, number>();
  for (const { place, ...start } of await startsOf(kafka, topics)) {
    positions.set(place, String(firstOffset(start, positions.get(place))));
    ends.set(place, start.high);
  }
  const consumer = kafka.consumer({
    metadataMaxAge: METADATA_MAX_AGE_MS,
    groupId: `streaming-page-${randomUUID()}`,
    ...LARGEST_ANSWER,
    ...fetches,
  });
  keepPositions(consumer, positions);
  const crashed = crashOf(consumer);
  let fetchedAt: number | undefined;
  consumer.on(consumer.events.FETCH, ({ timestamp }) => {
    fetchedAt ??= timestamp;
    if (timestamp - fetchedAt >= STEADY_MS) listener.onSteady();
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics.keys()] });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch, heartbeat }) => {
        const { topic, partition, messages } = batch;
        const place = placeOf(topic, partition);
        if (messages.length > 0 && !signal.aborted)
          listener.onMessages(topic, partition, messages, ends.get(place) ?? 0);
        positions.set(place, String(BigInt(batch.lastOffset()) + 1n));
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

/** Where to read on: at the position, unless the page would now start later, or the topic is another one. */
export function firstOffset({ high, start }: Start, position: string | undefined): number {
  const known = Number(position ?? 0);
  return known > high ? start : Math.max(known, start);
}

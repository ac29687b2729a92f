import { randomUUID } from "node:crypto";
import type { Kafka, KafkaMessage } from "kafkajs";
import { UserError } from "../../lib/userError.ts";
import { type KafkaConnection, kafkaClient } from "./client.ts";
import { userErrorOf } from "./errors.ts";
import { placeOf } from "./keepPositions.ts";

/** A committed record. */
export interface RecentRecord {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
}

export interface RecentRecords {
  readonly records: readonly RecentRecord[];
  /** False if reading took too long or there were too many. */
  readonly complete: boolean;
}

/** When to stop reading even if there are more records. */
export interface Limits {
  readonly atMost: number;
  readonly withinMs: number;
}

/**
 * Reads the records committed to topics from a time (epoch ms) until now.
 *
 * @throws KafkaRefusal if Kafka rejects us or does not allow us to read
 */
export async function recordsSince(
  connection: KafkaConnection,
  topics: readonly string[],
  since: number,
  limits: Limits,
): Promise<RecentRecords> {
  const kafka = kafkaClient(connection, "streaming-cli", { retry: { retries: 1 } });
  try {
    const ranges = (await Promise.all(topics.map((topic) => rangesOf(kafka, topic, since)))).flat();
    return await read(
      kafka,
      ranges.filter(({ start, end }) => start < end),
      limits,
    );
  } catch (error) {
    throw userErrorOf(error, connection, `read the topics ${topics.join(", ")}`);
  }
}

/**
 * Reads the newest records of a topic, in the order in which Kafka received them.
 *
 * @param count maximum number of records
 * @throws KafkaRefusal, or UserError if there is no such topic
 */
export async function newestRecords(
  connection: KafkaConnection,
  topic: string,
  count: number,
  withinMs: number,
): Promise<readonly RecentRecord[]> {
  const kafka = kafkaClient(connection, "streaming-cli", { retry: { retries: 1 } });
  try {
    const ranges = await newestRanges(kafka, topic, count);
    const { records } = await read(kafka, ranges, { atMost: Number.POSITIVE_INFINITY, withinMs });
    const inOrder = [...records].sort((a, b) => Number(a.message.timestamp) - Number(b.message.timestamp));
    return inOrder.slice(-count);
  } catch (error) {
    throw userErrorOf(error, connection, `read the topic ${topic}`);
  }
}

/** The newest `count` offsets of each partition that has any. */
async function newestRanges(kafka: Kafka, topic: string, count: number): Promise<Range[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    // The error for a topic that does not exist names those that do.
    const topics = await admin.listTopics();
    if (!topics.includes(topic)) {
      const own = topics.filter((name) => !name.startsWith("__")).sort();
      throw new UserError(
        `There is no topic ${topic}; the existing topics are: ${own.join(", ") || "none"}.`,
      );
    }
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => {
        const end = Number(high);
        return { topic, partition, start: Math.max(Number(low), end - count), end };
      })
      .filter(({ start, end }) => start < end);
  } finally {
    await admin.disconnect();
  }
}

/** Offsets of one partition; `end` is exclusive. */
interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

async function rangesOf(kafka: Kafka, topic: string, since: number): Promise<Range[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ends = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
    );
    const starts = await admin.fetchTopicOffsetsByTimestamp(topic, since);
    return starts.map(({ partition, offset }) => ({
      topic,
      partition,
      start: Number(offset),
      end: ends.get(partition) ?? 0,
    }));
  } finally {
    await admin.disconnect();
  }
}

async function read(
  kafka: Kafka,
  ranges: readonly Range[],
  { atMost, withinMs }: Limits,
): Promise<RecentRecords> {
  if (ranges.length === 0) return { records: [], complete: true };
  const records: RecentRecord[] = [];
  const open = new Map(ranges.map((range) => [placeOf(range.topic, range.partition), range]));
  let finish: (complete: boolean) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const finished = new Promise<boolean>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  // It may fail before anybody awaits it.
  finished.catch(() => {});
  const consumer = kafka.consumer({ groupId: `streaming-cli-${randomUUID()}`, maxWaitTimeInMs: 100 });
  // Batches without records count too: transactions end with markers, which have offsets.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    const place = placeOf(topic, partition);
    const range = open.get(place);
    if (range !== undefined && Number(lastOffset) >= range.end - 1) open.delete(place);
    if (open.size === 0) finish(true);
  });
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) fail(error);
  });
  const timer = setTimeout(() => finish(false), withinMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(ranges.map(({ topic }) => topic))] });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        const range = open.get(placeOf(topic, partition));
        if (range === undefined || Number(message.offset) >= range.end) return;
        if (records.length === atMost) return finish(false);
        records.push({ topic, partition, message });
      },
    });
    for (const { topic, partition, start } of ranges)
      consumer.seek({ topic, partition, offset: String(start) });
    return { complete: await finished, records };
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
}

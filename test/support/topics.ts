import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Admin, type EachMessagePayload, type Kafka } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

export interface TestMessage {
  readonly key?: string;
  readonly value: string | Buffer | null;
  readonly partition?: number;
  /** Epoch ms; the topic may keep Kafka's own time instead. */
  readonly timestamp?: string;
}

/** Writes messages in the given order. */
export async function produce(
  connection: KafkaConnection,
  topic: string,
  messages: readonly TestMessage[],
): Promise<void> {
  const producer = kafkaClient(connection, "test").producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  await producer.send({ topic, messages: messages.map((message) => ({ ...message })) });
  await producer.disconnect();
}

/**
 * Every committed JSON record of a topic, up to the topic's end at the time of the call.
 *
 * @param atLeast reads again until there are this many records and no open transaction follows them
 */
export async function consume(
  connection: KafkaConnection,
  topic: string,
  { atLeast = 0, timeoutMs = 60_000 } = {},
): Promise<Record<string, unknown>[]> {
  const kafka = kafkaClient(connection, "test");
  const admin = kafka.admin();
  await admin.connect();
  try {
    const giveUpAt = Date.now() + timeoutMs;
    for (;;) {
      const offsets = await committedOffsets(admin, topic);
      const { rows, isWhole } =
        offsets.atMost >= atLeast ? await readTo(offsets.ends, kafka, topic) : NOTHING_READ;
      if (atLeast === 0 || (isWhole && rows.length >= atLeast)) return rows;
      if (Date.now() > giveUpAt) {
        const open = isWhole ? "" : ", and an open transaction,";
        throw new Error(
          `${topic} holds ${rows.length || `at most ${offsets.atMost}`} records${open} instead of ${atLeast} after ${timeoutMs / 1000} s`,
        );
      }
      await sleep(200);
    }
  } finally {
    await admin.disconnect();
  }
}

interface Read {
  readonly rows: Record<string, unknown>[];
  /** Whether nothing uncommitted follows the rows. */
  readonly isWhole: boolean;
}

const NOTHING_READ: Read = { rows: [], isWhole: true };

/** Reads each partition up to its end. */
async function readTo(ends: ReadonlyMap<number, number>, kafka: Kafka, topic: string): Promise<Read> {
  const missing = new Map(ends);
  const rows: Record<string, unknown>[] = [];
  if (missing.size === 0) return NOTHING_READ;

  /** The next offset by partition. */
  const read = new Map<number, number>();
  const open = new Set<number>();
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 100 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error);
      });
      // Also called for batches that contain only aborted or control records.
      consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
        const { partition, lastOffset, highWatermark } = payload;
        const next = Number(lastOffset) + 1;
        if (next < (missing.get(partition) ?? 0)) return;
        missing.delete(partition);
        if (next < Number(highWatermark)) open.add(partition);
        else open.delete(partition);
        if (missing.size === 0) resolve();
      });
      const eachMessage = async ({ partition, message }: EachMessagePayload) => {
        const offset = Number(message.offset);
        // After a crash the consumer starts over.
        if (offset < (read.get(partition) ?? 0)) return;
        read.set(partition, offset + 1);
        rows.push(JSON.parse(String(message.value)));
      };
      consumer.run({ autoCommit: false, eachMessage }).catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return { rows, isWhole: open.size === 0 };
}

/** Where the committed records of each partition that has any end, and how many there are at most, with their markers. */
async function committedOffsets(
  admin: Admin,
  topic: string,
): Promise<{ ends: ReadonlyMap<number, number>; atMost: number }> {
  const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
    partition,
    low: Number(low),
    high: Number(high),
  }));
  const ends = partitions
    .filter(({ low, high }) => high > low)
    .map(({ partition, high }) => [partition, high] as const);
  return {
    ends: new Map(ends),
    atMost: partitions.reduce((sum, { low, high }) => sum + high - low, 0),
  };
}

/** Waits until `condition` holds, checking every 200 ms. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`timed out after ${timeoutMs / 1000} s waiting for ${what}`);
    await sleep(200);
  }
}

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import kafkajs from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

export interface TestMessage {
  readonly key?: string;
  readonly value: string | Buffer | null;
  readonly partition?: number;
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
  });
  await producer.connect();
  await producer.send({ topic, messages: messages.map((message) => ({ ...message })) });
  await producer.disconnect();
}

/** Every committed JSON record of a topic, once its end has not moved for `quietMs`. */
export async function consume(
  connection: KafkaConnection,
  topic: string,
  { quietMs = 2_500 } = {},
): Promise<Record<string, unknown>[]> {
  const kafka = kafkaClient(connection, "test");
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const rows: Record<string, unknown>[] = [];
  let changedAt = Date.now();
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    eachMessage: async ({ message }) => {
      rows.push(JSON.parse(String(message.value)));
      changedAt = Date.now();
    },
  });
  await joined;
  changedAt = Date.now();
  while (Date.now() - changedAt < quietMs) await sleep(100);
  await consumer.disconnect();
  return rows;
}

/** Waits until `condition` holds, looking every 200 ms. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await sleep(200);
  }
}

import { randomUUID } from "node:crypto";
import type { Consumer } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";

/** A committed record of a topic. */
export interface TopicRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads topics from their beginning and keeps reading: a committed record arrives soon after. */
export class TopicReader {
  readonly #records = new Map<string, TopicRecord[]>();
  /** The next offset by topic and partition: a consumer that rejoins its group begins from the start. */
  readonly #next = new Map<string, number>();
  readonly #consumer: Consumer;

  private constructor(connection: KafkaConnection) {
    const kafka = kafkaClient(connection, "oracle");
    this.#consumer = kafka.consumer({
      groupId: `oracle-${randomUUID()}`,
      maxWaitTimeInMs: 100,
      sessionTimeout: 60_000,
    });
  }

  static async start(connection: KafkaConnection, topics: readonly string[]): Promise<TopicReader> {
    const reader = new TopicReader(connection);
    await reader.#run(topics);
    return reader;
  }

  /** What was read so far; each partition's in the order of its offsets. */
  records(topic: string): readonly TopicRecord[] {
    return this.#records.get(topic) ?? [];
  }

  /** The offset after the newest record that was read. */
  next(topic: string, partition: number): number {
    return this.#next.get(`${topic}/${partition}`) ?? 0;
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  async #run(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#records.set(topic, []);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.#consumer.run({
      eachBatchAutoResolve: true,
      autoCommit: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const place = `${topic}/${partition}`;
        for (const { offset, key, value, timestamp, headers = {} } of messages) {
          if (Number(offset) < (this.#next.get(place) ?? 0)) continue;
          this.#next.set(place, Number(offset) + 1);
          this.#records.get(topic)?.push({
            partition,
            offset: Number(offset),
            key: key?.toString() ?? null,
            value,
            timestamp: Number(timestamp),
            headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
          });
        }
      },
    });
  }
}

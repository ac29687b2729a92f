import { randomUUID } from "node:crypto";
import type { Consumer } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import { keepPositions, METADATA_MAX_AGE_MS, placeOf } from "../../../clients/kafka/keepPositions.ts";

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

/** Reads topics from their beginning and continues: a committed record arrives soon afterwards. */
export class TopicReader {
  readonly #records = new Map<string, TopicRecord[]>();
  /** The next offset by topic and partition. */
  readonly #next = new Map<string, number>();
  readonly #consumer: Consumer;

  private constructor(
    connection: KafkaConnection,
    /** Where to begin, by topic and partition; by default at the beginning. */
    from: ReadonlyMap<string, number>,
  ) {
    for (const [place, offset] of from) this.#next.set(place, offset);
    const kafka = kafkaClient(connection, "oracle");
    this.#consumer = kafka.consumer({
      groupId: `oracle-${randomUUID()}`,
      maxWaitTimeInMs: 100,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      // After an outage, Kafka lets it in again only once its previous session has ended.
      sessionTimeout: 15_000,
    });
  }

  static async start(
    connection: KafkaConnection,
    topics: readonly string[],
    from: ReadonlyMap<string, number> = new Map(),
  ): Promise<TopicReader> {
    const reader = new TopicReader(connection, from);
    await reader.#run(topics);
    return reader;
  }

  /** The current position in each partition of the topics, for a reader that begins there. */
  get position(): ReadonlyMap<string, number> {
    return this.#next;
  }

  /** Everything read so far; each partition's records in offset order. */
  records(topic: string): readonly TopicRecord[] {
    return this.#records.get(topic) ?? [];
  }

  /** The offset after the newest record read. */
  next(topic: string, partition: number): number {
    return this.#next.get(placeOf(topic, partition)) ?? 0;
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  async #run(topics: readonly string[]): Promise<void> {
    for (const topic of topics) this.#records.set(topic, []);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...topics], fromBeginning: true });
    keepPositions(this.#consumer, this.#next);
    await this.#consumer.run({
      eachBatchAutoResolve: true,
      autoCommit: false,
      eachBatch: async ({ batch: { topic, partition, messages } }) => {
        const place = placeOf(topic, partition);
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

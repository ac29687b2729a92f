import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Kafka, type Producer, type RecordMetadata } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";

/** A message to be sent, with any bytes. */
export interface RawMessage {
  readonly partition: number;
  readonly value: Buffer | string | null;
}

// A request sends a partition's messages as one batch, and a broker accepts at most 1 MiB per batch.
const BATCH_BYTES = 500_000;
const AGAIN_MS = 500;

/** Writes the input topic. */
export class Source {
  #producer: Producer;
  #closed = false;
  /** The offset after our newest message, by partition; heartbeats of the stack may be in between. */
  readonly ends: number[];

  private constructor(
    private readonly kafka: Kafka,
    readonly topic: string,
    partitions: number,
  ) {
    this.#producer = producerOf(kafka);
    this.ends = Array.from({ length: partitions }, () => 0);
  }

  static async open(connection: KafkaConnection, topic: string, partitions: number): Promise<Source> {
    const source = new Source(kafkaClient(connection, "oracle"), topic, partitions);
    await source.#producer.connect();
    return source;
  }

  get partitions(): number {
    return this.ends.length;
  }

  /**
   * Sends messages in the given order, which is also the offset order in each partition. If Kafka rejects some, they
   * are sent until it accepts them. The topic may then contain them twice, and the oracle reads both.
   */
  async send(messages: readonly RawMessage[]): Promise<void> {
    for (const batch of batches(messages)) {
      const sent = await this.#deliver(batch);
      for (const { partition, baseOffset } of sent) {
        const count = batch.filter((message) => message.partition === partition).length;
        this.ends[partition] = Number(baseOffset) + count;
      }
    }
  }

  /** Added partitions get messages from now on, too. */
  grow(partitions: number): void {
    while (this.ends.length < partitions) this.ends.push(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#producer.disconnect();
  }

  async #deliver(batch: readonly RawMessage[]): Promise<RecordMetadata[]> {
    const messages = batch.map(({ partition, value }) => ({ partition, value }));
    for (;;) {
      try {
        return await this.#producer.send({ topic: this.topic, acks: -1, messages });
      } catch (error) {
        if (this.#closed) throw error;
        await this.#reconnect();
      }
    }
  }

  /** A producer that has failed once may no longer know what the topic contains. */
  async #reconnect(): Promise<void> {
    await this.#producer.disconnect().catch(() => {});
    await sleep(AGAIN_MS);
    this.#producer = producerOf(this.kafka);
    await this.#producer.connect().catch(() => {});
  }
}

const producerOf = (kafka: Kafka): Producer =>
  kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    maxInFlightRequests: 1,
    idempotent: true,
    // Not forever with the same producer: Kafka may not come back as it was.
    retry: { retries: 3 },
  });

/** Messages, split into as many requests as a broker needs to accept them. */
export function* batches<T extends Pick<RawMessage, "value">>(messages: readonly T[]): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (batch.length > 0 && bytes + size > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += size + 20;
  }
  if (batch.length > 0) yield batch;
}

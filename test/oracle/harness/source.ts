import { setTimeout as sleep } from "node:timers/promises";
import kafkajs, { type Kafka, type Producer, type RecordMetadata } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";

/** A message to be sent, of any bytes. */
export interface RawMessage {
  readonly partition: number;
  readonly value: Buffer | string | null;
}

// A partition's messages of one request are one batch, and a broker takes at most 1 MiB of those.
const BATCH_BYTES = 500_000;
const AGAIN_MS = 500;

/** Writes the input topic. */
export class Source {
  #producer: Producer;
  #closed = false;
  /** The offset after the newest message of ours, by partition; heartbeats of the stack may stand in between. */
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
   * Sends messages in the given order, each partition's in the order of its offsets. If Kafka does not take some, they
   * are sent until it does: they may stand there twice then, as the oracle reads.
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

  /** Partitions that were added get messages from now on, too. */
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

  /** Whoever has failed once may have lost count of what stands there. */
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
    // Not for ever with the same producer: whether Kafka comes back as it was is not known.
    retry: { retries: 3 },
  });

/** Messages in as many requests as a broker needs to take them. */
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

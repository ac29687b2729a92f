import kafkajs, { type Kafka, type Producer } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";

/** A message to be sent, of any bytes. */
export interface RawMessage {
  readonly partition: number;
  readonly value: Buffer | string | null;
}

// A partition's messages of one request are one batch, and a broker takes at most 1 MiB of those.
const BATCH_BYTES = 500_000;

/** Writes the input topic. */
export class Source {
  readonly #producer: Producer;
  /** The offset after the newest message of ours, by partition; heartbeats of the stack may stand in between. */
  readonly ends: number[];

  private constructor(
    kafka: Kafka,
    readonly topic: string,
    partitions: number,
  ) {
    this.#producer = kafka.producer({
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      maxInFlightRequests: 1,
      idempotent: true,
    });
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

  /** Sends messages in the given order, each partition's in the order of its offsets. */
  async send(messages: readonly RawMessage[]): Promise<void> {
    for (const batch of batches(messages)) {
      const sent = await this.#producer.send({
        topic: this.topic,
        acks: -1,
        messages: batch.map(({ partition, value }) => ({ partition, value })),
      });
      for (const { partition, baseOffset } of sent) {
        const count = batch.filter((message) => message.partition === partition).length;
        this.ends[partition] = Number(baseOffset) + count;
      }
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }
}

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

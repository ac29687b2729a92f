import { type Kafka, type Message, Partitioners, type PartitionMetadata, type Producer } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { pause, unlessAborted } from "../../lib/timing.ts";
import { type Attempt, DeliveryError, failureOf } from "../shared/failures.ts";
import type { KeyedMessage } from "./backlog.ts";

const RETRY_MS = 500;
const DISCONNECT_MS = 2_000;
/** Well under a broker's usual limit of 1 MiB per request to a partition. */
const REQUEST_CHARACTERS = 400_000;

/**
 * An idempotent producer for one topic that never gives up while a broker is away. It sends one request at a time and
 * repeats a failed one unchanged, with the same producer id and sequence numbers, so the broker keeps the order and
 * recognizes what it has already written.
 */
export class Sender {
  readonly #kafka: Kafka;
  readonly #topic: string;
  readonly #attempt: Attempt;
  readonly #stop: AbortSignal;
  readonly #onTrouble: (reason: string) => void;
  readonly #partitionOf = Partitioners.DefaultPartitioner();
  /** By key: hashing one for each message takes as long as creating the message. */
  readonly #known = new Map<string, number>();
  #producer: Producer | undefined;
  #connected = false;
  #partitions: PartitionMetadata[] = [];

  /**
   * @param stop ends all retries at once: they then throw the signal's reason
   * @param onTrouble called with the reason when an attempt has failed and will be repeated
   */
  constructor(
    connection: KafkaConnection,
    topic: string,
    stop: AbortSignal,
    onTrouble: (reason: string) => void,
  ) {
    // Retries inside kafkajs are few: they cannot be interrupted, and we reconnect ourselves.
    const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
    this.#kafka = kafkaClient(connection, "cpu-load-generator", { retry, connectionTimeout: 10_000 });
    this.#topic = topic;
    this.#attempt = { connection, purpose: `write to the topic ${topic}` };
    this.#stop = stop;
    this.#onTrouble = onTrouble;
  }

  /**
   * Connects, waiting for Kafka and the topic if need be.
   *
   * @returns whether it is connected: false when `signal` came first
   * @throws DeliveryError when Kafka refuses the client
   */
  async connect(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#insist(async () => {}, signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  /**
   * Sends messages, in order per key, and returns when all in-sync replicas have them.
   *
   * @throws DeliveryError when Kafka refuses them for good (credentials, permissions, size), or on `stop`
   */
  async send(messages: readonly KeyedMessage[]): Promise<void> {
    // One partition per request: kafkajs repeats only part of a request to several brokers, and would lose the messages
    // of a partition whose leader moves in between.
    for (const request of this.#requests(messages)) {
      await this.#insist((producer) => producer.send({ topic: this.#topic, acks: -1, messages: request }));
    }
  }

  /** Disconnects, waiting at most 2 s for it. */
  async close(): Promise<void> {
    this.#connected = false;
    const disconnected = this.#producer?.disconnect() ?? Promise.resolve();
    await unlessAborted(disconnected, AbortSignal.timeout(DISCONNECT_MS)).catch(() => {});
  }

  async #insist(attempt: (producer: Producer) => Promise<unknown>, stop = this.#stop): Promise<void> {
    for (;;) {
      try {
        await unlessAborted(this.#connectedProducer().then(attempt), stop);
        return;
      } catch (error) {
        if (stop.aborted) throw stop.reason;
        const { reason, refused, sequenceLost } = failureOf(error, this.#attempt);
        if (refused) throw new DeliveryError(reason);
        this.#onTrouble(reason);
        await this.close();
        if (sequenceLost) this.#producer = undefined;
        await pause(RETRY_MS, stop);
      }
    }
  }

  async #connectedProducer(): Promise<Producer> {
    this.#producer ??= this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    if (!this.#connected) {
      // A producer that connects again keeps its id and its sequence numbers.
      await this.#producer.connect();
      this.#partitions = await this.#fetchPartitions();
      this.#known.clear();
      this.#connected = true;
    }
    return this.#producer;
  }

  async #fetchPartitions(): Promise<PartitionMetadata[]> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata({ topics: [this.#topic] });
      const partitions = topics[0]?.partitions ?? [];
      if (partitions.length === 0) throw new Error(`the topic ${this.#topic} has no partitions yet`);
      return partitions;
    } finally {
      await admin.disconnect();
    }
  }

  /** Requests of one partition each, in the order of the messages. */
  #requests(messages: readonly KeyedMessage[]): Message[][] {
    const requests: Message[][] = [];
    const open = new Map<number, { request: Message[]; characters: number }>();
    for (const { key, value } of messages) {
      const partition = this.#partitionOfKey(key);
      let last = open.get(partition);
      if (last === undefined || last.characters > REQUEST_CHARACTERS) {
        last = { request: [], characters: 0 };
        open.set(partition, last);
        requests.push(last.request);
      }
      last.request.push({ key, value, partition });
      last.characters += key.length + value.length;
    }
    return requests;
  }

  #partitionOfKey(key: string): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const partitionMetadata = this.#partitions;
    const message = { key, value: null };
    const partition = this.#partitionOf({ topic: this.#topic, partitionMetadata, message });
    this.#known.set(key, partition);
    return partition;
  }
}

import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from "kafkajs";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { type Attempt, failureOf } from "../shared/failures.ts";
import { NotifierError } from "./notifierError.ts";
import type { PartitionOffset } from "./positions.ts";
import { soleAssigner } from "./soleAssigner.ts";

/** Receives what a member of the group is assigned and reads. */
export interface ReaderEvents {
  /** The group has reassigned its partitions: all of them, or none. Reading starts over as well. */
  onAssigned(all: boolean): void;
  /**
   * Records, in the order of their partition; `next` is behind them. None when all were aborted or markers.
   *
   * @returns whether they were taken: else they are read again
   */
  onRead(records: readonly KafkaMessage[], next: PartitionOffset): boolean;
  /** Kafka is unreachable for the moment. */
  onTrouble(reason: string): void;
  /** Reading has ended for good. */
  onFailure(error: Error): void;
}

/** Topics and group of a {@link Reader}. */
export interface ReaderOptions {
  /** Where the Kafka client connects to. */
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Committed by the caller. */
  readonly topics: readonly string[];
  /** Never committed, and so read from its beginning with each assignment. */
  readonly stateTopic: string;
}

const SESSION_TIMEOUT_MS = 10_000;

/** A member of a consumer group that reads committed records and leaves it to others when to commit. */
export class Reader {
  readonly #consumer: Consumer;
  readonly #options: ReaderOptions;
  readonly #events: ReaderEvents;
  #assignedAt = 0;

  constructor(kafka: Kafka, options: ReaderOptions, events: ReaderEvents) {
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      partitionAssigners: [soleAssigner(() => this.#assignedAt)],
      // How long a restart waits if its predecessor was killed.
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: SESSION_TIMEOUT_MS * 2,
      heartbeatInterval: SESSION_TIMEOUT_MS / 5,
      maxWaitTimeInMs: 250,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    });
    this.#options = options;
    this.#events = events;
  }

  /** Joins the group; results arrive as events. */
  async start(): Promise<void> {
    const { GROUP_JOIN, START_BATCH_PROCESS, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      const all = Object.keys(payload.memberAssignment).length > 0;
      this.#assignedAt = all ? Date.now() : 0;
      if (all) {
        for (const topic of this.#options.topics) this.end(topic);
        this.begin(this.#options.stateTopic);
      }
      this.#events.onAssigned(all);
    });
    this.#consumer.on(START_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) this.#events.onRead([], behind(topic, partition, lastOffset));
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
      const { reason, refused } = failureOf(error, this.#attempt);
      if (restart && !refused) this.#events.onTrouble(`Kafka cannot be read (${reason}); trying again`);
      else this.#events.onFailure(new NotifierError(refused ? reason : `Kafka cannot be read: ${reason}`));
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: this.#topics, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => this.#take(payload),
    });
  }

  /** Begins to read a committed topic: after an assignment, only the state topic is read. */
  begin(topic: string): void {
    this.#consumer.resume([{ topic }]);
  }

  /** Reads a topic no further, until the next assignment. */
  end(topic: string): void {
    this.#consumer.pause([{ topic }]);
  }

  /** @throws an error of kafkajs, e.g. when the partitions have gone to another member */
  async commit(offsets: readonly PartitionOffset[]): Promise<void> {
    if (offsets.length > 0) await this.#consumer.commitOffsets([...offsets]);
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
  }

  get #topics(): string[] {
    return [...this.#options.topics, this.#options.stateTopic];
  }

  get #attempt(): Attempt {
    const { connection, groupId } = this.#options;
    const purpose = `read the topics ${this.#topics.join(", ")} by the consumer group ${groupId}`;
    return { connection, purpose };
  }

  #take({ batch, resolveOffset }: EachBatchPayload): void {
    const last = batch.messages.at(-1);
    const next = behind(batch.topic, batch.partition, batch.lastOffset());
    if (last !== undefined && this.#events.onRead(batch.messages, next)) resolveOffset(last.offset);
  }
}

function behind(topic: string, partition: number, lastOffset: string): PartitionOffset {
  return { topic, partition, offset: String(BigInt(lastOffset) + 1n) };
}

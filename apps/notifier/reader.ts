import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from "kafkajs";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { METADATA_MAX_AGE_MS } from "../../clients/kafka/keepPositions.ts";
import { pause } from "../../lib/timing.ts";
import { MustBeFixed, UserError } from "../../lib/userError.ts";
import { failureOf } from "../shared/failures.ts";
import type { Commit } from "./progress.ts";
import { soleAssigner } from "./soleAssigner.ts";

/** Records of a partition, in order; `next` is the offset after them. */
export interface Batch {
  readonly partition: number;
  readonly records: readonly KafkaMessage[];
  readonly next: number;
}

/** Receives the assignments and the records of a group member. */
export interface ReaderEvents {
  /**
   * The group has been rebalanced: this member has all partitions, or none. Nothing is read until
   * {@link Reader.resume}.
   */
  onAssigned(all: boolean): void;
  /** Records; none if all were aborted or markers. @returns whether they were taken; if not, they are read again */
  onRead(batch: Batch): boolean;
  /** Kafka is temporarily unreachable. */
  onTrouble(reason: string): void;
  /** Reading has ended for good. */
  onFailure(error: unknown): void;
}

const SESSION_TIMEOUT_MS = 10_000;
/** How recently Kafka must have confirmed the membership: no other member can have got the partitions since. */
const FRESH_MS = SESSION_TIMEOUT_MS / 2;

/** A member of a consumer group that reads committed records and leaves the decision when to commit to others. */
export class Reader {
  readonly #consumer: Consumer;
  #assignedAt = 0;
  /** When Kafka last confirmed that this is a member of the group; 0 while it is not. */
  #confirmedAt = 0;

  constructor(
    kafka: Kafka,
    private readonly options: {
      readonly connection: KafkaConnection;
      readonly groupId: string;
      readonly topic: string;
    },
    private readonly events: ReaderEvents,
  ) {
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      partitionAssigners: [soleAssigner(() => this.#assignedAt)],
      // How long a restart waits if its predecessor was killed.
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: SESSION_TIMEOUT_MS * 2,
      heartbeatInterval: SESSION_TIMEOUT_MS / 5,
      maxWaitTimeInMs: 250,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 5 },
    });
  }

  /** Joins the group; results arrive as events. */
  async start(): Promise<void> {
    const { GROUP_JOIN, HEARTBEAT, START_BATCH_PROCESS, CRASH } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      const all = Object.keys(payload.memberAssignment).length > 0;
      this.#confirmedAt = Date.now();
      this.#assignedAt = all ? this.#confirmedAt : 0;
      if (all) this.pause();
      this.events.onAssigned(all);
    });
    this.#consumer.on(HEARTBEAT, () => {
      this.#confirmedAt = Date.now();
    });
    this.#consumer.on(START_BATCH_PROCESS, ({ payload: { partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) this.events.onRead({ partition, records: [], next: Number(lastOffset) + 1 });
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => this.#onCrash(error, restart));
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.options.topic, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => this.#take(payload),
    });
  }

  pause(): void {
    this.#consumer.pause([{ topic: this.options.topic }]);
  }

  resume(): void {
    this.#consumer.resume([{ topic: this.options.topic }]);
  }

  /** Waits until Kafka has recently confirmed that the partitions are ours. @returns false if the signal came first */
  async isOurs(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const age = Date.now() - this.#confirmedAt;
      // Below 0, the clock was set back, and the age is unknown.
      if (age >= 0 && age < FRESH_MS) return true;
      await pause(100, signal);
    }
    return false;
  }

  /** @throws an error of kafkajs, e.g. when the partitions have gone to another member */
  async commit(commits: readonly Commit[]): Promise<void> {
    const { topic } = this.options;
    // kafkajs drops the commits of a consumer that has left its group.
    if (this.#confirmedAt === 0) throw new Error("not a member of the group at the moment");
    await this.#consumer.commitOffsets(
      commits.map((each) => ({ ...each, topic, offset: String(each.offset) })),
    );
  }

  async close(): Promise<void> {
    await this.#consumer.disconnect();
  }

  #take({ batch, resolveOffset }: EachBatchPayload): void {
    const { partition, messages: records } = batch;
    const last = records.at(-1);
    const next = Number(batch.lastOffset()) + 1;
    if (last !== undefined && this.events.onRead({ partition, records, next })) resolveOffset(last.offset);
  }

  #onCrash(error: Error, restarts: boolean): void {
    // It has left the group, which may give the partitions to another member at once.
    this.#confirmedAt = 0;
    const { connection, groupId, topic } = this.options;
    const purpose = `read the topic ${topic} by the consumer group ${groupId}`;
    const { reason, refused } = failureOf(error, { connection, purpose });
    if (refused) this.events.onFailure(new MustBeFixed(reason));
    else if (restarts) this.events.onTrouble(`Kafka cannot be read (${reason}); trying again`);
    else this.events.onFailure(new UserError(`Kafka cannot be read: ${reason}`));
  }
}

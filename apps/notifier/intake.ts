import type { KafkaMessage } from "kafkajs";
import { Monitor } from "./monitor.ts";
import type { NotifierOptions } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { type PartitionOffset, Positions } from "./positions.ts";
import { ReadProgress } from "./readProgress.ts";
import { keyOf, parseAggregate, parseNotification } from "./records.ts";
import type { Change, SeriesState } from "./series.ts";

/** What becomes true by one message. */
export interface Portion {
  readonly changes: readonly Change[];
  /** The series concerned, after the changes. */
  readonly states: readonly SeriesState[];
  /** What can be saved after the message; `undefined` while more waits to be posted. */
  readonly rest: Unsaved | undefined;
}

/** What is to be saved, states before offsets. */
export interface Unsaved {
  readonly states: readonly SeriesState[];
  /** Keys of series that are no longer remembered. */
  readonly forgotten: readonly string[];
  readonly offsets: readonly PartitionOffset[];
  /** When it was taken. */
  readonly at: number;
}

/** Topics, rules, and how to ask Kafka where a topic ends at the moment. */
export interface IntakeOptions
  extends Pick<NotifierOptions, "notificationsTopic" | "aggregatesTopic" | "cooldown" | "grace" | "calm"> {
  readonly endsOf: (topic: string) => Promise<readonly PartitionOffset[]>;
}

/** Turns records of the two topics into changes, and knows how far it got. Times in epoch ms. */
export class Intake {
  readonly positions = new Positions();
  readonly outbox = new Outbox();
  readonly monitor: Monitor;
  readonly #topics: readonly [string, string];
  readonly #notificationsRead: ReadProgress;
  readonly #aggregatesRead: ReadProgress;
  #committedAt = 0;

  constructor(options: IntakeOptions) {
    const { notificationsTopic, aggregatesTopic, endsOf } = options;
    this.#topics = [notificationsTopic, aggregatesTopic];
    this.monitor = new Monitor(options);
    this.#notificationsRead = new ReadProgress(() => endsOf(notificationsTopic), this.positions);
    this.#aggregatesRead = new ReadProgress(() => endsOf(aggregatesTopic), this.positions);
  }

  /** @returns the values that are not valid records */
  take(topic: string, records: readonly KafkaMessage[], now: number): string[] {
    const [notificationsTopic] = this.#topics;
    const changes = topic === notificationsTopic ? this.#notified : this.#aggregated;
    return records.flatMap(({ value }) => {
      const found = changes(value, now);
      this.outbox.add(found ?? [], now);
      return found === undefined ? [String(value)] : [];
    });
  }

  /** Decides what can be decided by now. */
  settle(now: number): void {
    const progress = { notifications: this.#notificationsRead.until, aggregates: this.#aggregatesRead.until };
    this.outbox.add(this.monitor.settle(progress, now), now);
  }

  /** Up to when notifications have been read, epoch ms; 0 while those that were there at first have not. */
  get notificationsUntil(): number {
    return this.#notificationsRead.until;
  }

  /** Learns how far reading has come, if anything depends on it. Never throws. */
  async sampleProgress(): Promise<void> {
    if (!this.monitor.undecided && this.notificationsUntil > 0) return;
    await Promise.all([this.#notificationsRead.sample(), this.#aggregatesRead.sample()]);
  }

  /** Takes what is to be posted next, series by series, until the states have about `size` characters as JSON. */
  takePortion(size: number, now: number): Portion {
    const states: SeriesState[] = [];
    let used = 0;
    for (const key of this.outbox.keys) {
      const state = used < size ? this.monitor.takeState(key) : undefined;
      if (state === undefined) break;
      states.push(state);
      used += JSON.stringify(state).length;
    }
    const changes = this.outbox.take(states.map(keyOf));
    // As of now: what is read while the message is on its way belongs to the next.
    return { changes, states, rest: this.outbox.isEmpty ? this.takeUnsaved(now) : undefined };
  }

  /** Takes what has changed; only once nothing is left to post. */
  takeUnsaved(now: number): Unsaved {
    // What a former run has read, but not committed, is read again first.
    const isUpToDate = this.#notificationsRead.until > 0 && this.#aggregatesRead.until > 0;
    const forgotten = isUpToDate ? this.monitor.forget(this.#committedAt, now) : [];
    return {
      states: this.monitor.takeChanged(),
      forgotten,
      offsets: this.positions.of(this.#topics),
      at: now,
    };
  }

  /** Told that the offsets are committed: what was read before is not read again. */
  committed({ at }: Unsaved): void {
    this.#committedAt = at;
  }

  readonly #notified = (value: Buffer | null, now: number): readonly Change[] | undefined => {
    const notification = parseNotification(value);
    return notification && this.monitor.notified(notification, now);
  };

  readonly #aggregated = (value: Buffer | null, now: number): readonly Change[] | undefined => {
    const aggregate = parseAggregate(value);
    return aggregate && this.monitor.aggregated(aggregate, now);
  };
}

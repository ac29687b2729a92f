import type { Place } from "./alertRow.ts";
import type { Told } from "./fold.ts";
import type { Progress } from "./progress.ts";

/** How far a message goes, which it says itself if its channel can keep that. */
export interface Stamp {
  readonly log: string;
  /** By partition: every row before this offset is settled once the message is told. */
  readonly next: ReadonlyMap<number, number>;
  /** Rows before that which were held until now. */
  readonly released: readonly Place[];
  /** Episodes that were told and last. */
  readonly firing: number;
}

/** A message that a channel already has. */
export interface NewestMessage extends Stamp {
  /** As in {@link Progress}. */
  readonly mark: string;
}

/** The right to tell, which may go to another notifier. */
export interface Turn {
  /** Ends the waiting, not a request on its way. */
  readonly signal: AbortSignal;
  /** Waits until Kafka confirms that the partitions are still ours. @returns false if the signal came first */
  isOurs(): Promise<boolean>;
  /** Told why an attempt failed that will be repeated. */
  onTrouble(reason: string): void;
}

/** Where alerts are told. */
export interface Channel {
  /** For the status and the log, e.g. `Slack`. */
  readonly name: string;
  /** Least time between two messages, in ms. */
  readonly interval: number;
  /** How many rows a message may tell. */
  readonly mostRows: number;
  /**
   * Looks for a message that was told after the progress was committed.
   *
   * @returns undefined if there is none, or nobody can know
   */
  newest(progress: Progress, turn: Turn): Promise<NewestMessage | undefined>;
  /**
   * Tells the rows, waiting for as long as it takes.
   *
   * @param progress as last committed
   * @returns the mark of the message; undefined if stopped before it was told
   * @throws MustBeFixed when no waiting helps
   */
  tell(rows: readonly Told[], stamp: Stamp, progress: Progress, turn: Turn): Promise<string | undefined>;
}

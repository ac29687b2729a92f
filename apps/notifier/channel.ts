import type { AlertRow, Place } from "./alertRow.ts";
import type { Progress } from "./progress.ts";

/** A row for a channel. */
export interface Told {
  readonly row: AlertRow;
  /** Whether it was silenced until now. */
  readonly wasSilenced: boolean;
}

/** How far a message goes, which it says itself if its channel can keep that. */
export interface Stamp extends Pick<Progress, "log" | "next" | "firing"> {
  /** Rows that were held until now. */
  readonly released: readonly Place[];
}

/** A message that a channel already has. */
export interface NewestMessage extends Stamp, Pick<Progress, "mark"> {}

/** Why a request to a channel failed. */
export interface Failure {
  readonly reason: string;
  /** When to repeat it, in ms, if the other side has said so. */
  readonly retryAfter?: number | undefined;
  /** Whether the message may be there all the same. */
  readonly mayBeThere?: boolean;
}

/** Where alerts are told. Each method makes one attempt, and throws what {@link Channel.failureOf} reads. */
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
  newest(progress: Progress, onTrouble: (reason: string) => void): Promise<NewestMessage | undefined>;
  /** Posts a message. @returns its mark, as in {@link Progress} */
  post(rows: readonly Told[], stamp: Stamp): Promise<string>;
  failureOf(error: unknown): Failure;
}

import type { AlertRow, Place } from "./alertRow.ts";
import type { Progress } from "./progress.ts";

/** A row for a channel. */
export interface Told {
  readonly row: AlertRow;
  /** Whether it was silenced until now. */
  readonly wasSilenced: boolean;
}

/** How far a message goes. The message carries this itself if its channel can store it. */
export interface Stamp extends Pick<Progress, "log" | "next" | "firing"> {
  /** Rows that were held until now. */
  readonly released: readonly Place[];
}

/** A message that a channel already has. */
export interface NewestMessage extends Stamp, Pick<Progress, "mark"> {}

/** Why a request to a channel failed. */
export interface Failure {
  readonly reason: string;
  /** How long to wait before a retry, in ms, if the other side specified it. */
  readonly retryAfter?: number | undefined;
  /** Whether the message may have arrived anyway. */
  readonly mayBeThere?: boolean;
  /** Whether the other side refuses this message, and perhaps not others. */
  readonly refusesMessage?: boolean;
}

/** Where alerts are posted. Each method makes one attempt, and throws what {@link Channel.failureOf} interprets. */
export interface Channel {
  /** For the status and the log, e.g. `Slack`. */
  readonly name: string;
  /** Minimum time between two messages, in ms. */
  readonly interval: number;
  /** How many rows a message may contain. */
  readonly mostRows: number;
  /** Asks whether the channel would take messages; absent if it cannot be asked. */
  check?(): Promise<unknown>;
  /**
   * Looks for a message that was posted after the progress was committed; absent if the channel cannot be asked.
   *
   * @returns undefined if there is none, or if that cannot be known
   */
  newest?(progress: Progress, onTrouble: (reason: string) => void): Promise<NewestMessage | undefined>;
  /** Posts a message. @returns its mark, as in {@link Progress} */
  post(rows: readonly Told[], stamp: Stamp): Promise<string>;
  failureOf(error: unknown): Failure;
}

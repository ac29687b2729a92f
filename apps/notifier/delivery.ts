import { pause } from "../../lib/timing.ts";
import { failureOf } from "../shared/failures.ts";
import type { Channel, Failure, Stamp, Told } from "./channel.ts";
import { type Progress, placeKey } from "./progress.ts";
import type { Trouble } from "./status.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const KAFKA_RETRY_MS = 1_000;
/** How long a message is tried that is refused because of what it contains: the others wait for it. */
const REFUSED_MS = 3_600_000;

/** The right to post, which may pass to another notifier. */
export interface Turn {
  /** Ends the waiting, but not a request in flight. */
  readonly signal: AbortSignal;
  /** Waits until Kafka confirms that the partitions are still ours. @returns false if the signal came first */
  isOurs(): Promise<boolean>;
  /** Told when an attempt has failed and will be repeated, and when one has succeeded. */
  readonly trouble: Pick<Trouble, "failed" | "works">;
}

/** What became of a message. */
export interface Delivered {
  /** In the channel's own terms; empty if it was skipped. */
  readonly mark: string;
  /** False if it was skipped. */
  readonly isPosted: boolean;
}

/**
 * Posts a message, for as long as it takes, but skips it once it has been refused for an hour because of what it
 * contains. If it is unknown whether the message arrived, looks for it before posting it again.
 *
 * @param progress as last committed
 * @returns undefined if the turn ended before it was posted
 */
export async function deliver(
  channel: Channel,
  rows: readonly Told[],
  stamp: Stamp,
  progress: Progress,
  turn: Turn,
): Promise<Delivered | undefined> {
  let mayBeThere = false;
  let refusedSince = Number.POSITIVE_INFINITY;
  let skipped: string | undefined;
  const onTrouble = (reason: string) => turn.trouble.failed(reason);
  const attempt = async () => {
    if (skipped !== undefined) return { mark: "", isPosted: false };
    const there = mayBeThere ? await channel.newest?.(progress, onTrouble) : undefined;
    if (there !== undefined) return { mark: there.mark, isPosted: true };
    mayBeThere = false;
    return (await turn.isOurs()) ? { mark: await channel.post(rows, stamp), isPosted: true } : undefined;
  };
  const delivered = await retried(turn, attempt, (error) => {
    const failure = channel.failureOf(error);
    mayBeThere ||= failure.mayBeThere ?? false;
    const now = performance.now();
    refusedSince = failure.refusesMessage ? Math.min(refusedSince, now) : Number.POSITIVE_INFINITY;
    if (now - refusedSince >= REFUSED_MS) {
      const what = rows.map(({ row }) => `${row.event} ${row.series}, rule ${row.rule}`).join("; ");
      skipped = `skipped an alert that was refused for an hour (${what}): ${failure.reason}`;
    }
    return failure;
  });
  // It is shown until the next message is posted.
  if (skipped !== undefined && delivered !== undefined) onTrouble(skipped);
  return delivered;
}

/**
 * The progress including the message that a channel received after it, if there is one.
 *
 * @param progress as last committed
 */
export async function withNewest(progress: Progress, channel: Channel, turn: Turn): Promise<Progress> {
  const look = async () => channel.newest?.(progress, (reason) => turn.trouble.failed(reason));
  const newest = await retried(turn, look, (error) => channel.failureOf(error));
  if (newest === undefined) return progress;
  const { mark, firing, released } = newest;
  const held = new Map(progress.held);
  for (const place of released) held.delete(placeKey(place));
  const next = new Map([...progress.next, ...newest.next]);
  return { ...progress, next, held, mark, firing, posted: progress.posted + 1 };
}

/** Waits until the channel would take messages, or the signal. */
export async function accepts(channel: Channel, turn: Turn): Promise<void> {
  await retried(
    turn,
    async () => channel.check?.(),
    (error) => channel.failureOf(error),
  );
}

/**
 * Repeats an attempt until it succeeds, with increasing pauses. This includes failures that somebody has to fix: they
 * may do so at any time, and the reason says how.
 *
 * @param failureOf interprets what an attempt throws
 * @returns undefined if the turn's signal came first
 */
export async function retried<T>(
  { signal, trouble }: Pick<Turn, "signal" | "trouble">,
  attempt: () => Promise<T>,
  failureOf: (error: unknown) => Failure,
): Promise<T | undefined> {
  for (let failures = 0; ; failures++) {
    try {
      const result = await attempt();
      trouble.works();
      return result;
    } catch (error) {
      const { reason, retryAfter } = failureOf(error);
      // A receiver whose clock is ahead may ask to be called again in the past.
      const wait = Math.max(
        FIRST_PAUSE_MS,
        retryAfter ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures),
      );
      trouble.failed(`${reason}; trying again in ${wait / 1000} s`);
      await pause(wait, signal);
      if (signal.aborted) return undefined;
    }
  }
}

/** What a kafkajs error means for an attempt: Kafka will be back soon, or gives the partitions to another member. */
export const kafkaFailure =
  (what: string) =>
  (error: unknown): Failure => ({
    reason: `${what} (${failureOf(error).reason})`,
    retryAfter: KAFKA_RETRY_MS,
  });

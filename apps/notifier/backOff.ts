import { pause } from "../../lib/timing.ts";
import type { Turn } from "./channel.ts";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Why an attempt failed. */
export interface Failure {
  readonly reason: string;
  /** When to repeat it, in ms, if the other side has said so. */
  readonly retryAfter?: number;
}

/**
 * Repeats an attempt until it succeeds, after longer and longer pauses. That holds even for a failure that somebody has
 * to fix: they may do so at any time, and the reason says how.
 *
 * @param failureOf reads what an attempt throws
 * @returns undefined if the turn's signal came first
 */
export async function retried<T>(
  { signal, onTrouble }: Turn,
  failureOf: (error: unknown) => Failure,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const { reason, retryAfter } = failureOf(error);
      const wait = retryAfter ?? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
      onTrouble(`${reason}; trying again in ${wait / 1000} s`);
      await pause(wait, signal);
    }
  }
  return undefined;
}

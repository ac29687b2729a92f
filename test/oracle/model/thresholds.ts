import { isDeepStrictEqual } from "node:util";
import { Ambiguous } from "./message.ts";

/** A change of a host's threshold by SQL. Times are this machine's, epoch ms. */
export interface ThresholdChange {
  readonly hostname: string;
  /** Undefined if the row was deleted. */
  readonly allowedTop: number | undefined;
  /** Before the statement was sent: everything sent before that had come through. */
  readonly begunAt: number;
  /** After it was committed. */
  readonly doneAt: number;
}

/** The thresholds, and since when each has applied. */
export class Thresholds {
  readonly #initial: ReadonlyMap<string, number>;
  readonly #changes: readonly ThresholdChange[];
  readonly #cachedMs: number;

  /**
   * @param changes in the order in which they were made
   * @param cachedMs the setting flink.thresholdCache
   */
  constructor(
    initial: ReadonlyMap<string, number>,
    changes: readonly ThresholdChange[] = [],
    cachedMs = 5_000,
  ) {
    this.#initial = initial;
    this.#changes = changes;
    this.#cachedMs = cachedMs;
  }

  /**
   * The outcome of the threshold in effect for something that reached Kafka at the given time.
   *
   * @param outcome computes it from the threshold; undefined for a host without one
   * @throws Ambiguous if the old or the new threshold may be in effect and their outcomes differ
   */
  decide<T>(hostname: string, at: number, outcome: (threshold: number | undefined) => T): T {
    const [first, ...others] = this.#possible(hostname, at).map(outcome);
    if (others.some((other) => !isDeepStrictEqual(other, first))) {
      throw new Ambiguous(`the threshold of ${hostname} was changing at ${new Date(at).toISOString()}`);
    }
    return first as T;
  }

  #possible(hostname: string, at: number): (number | undefined)[] {
    let possible = [this.#initial.get(hostname)];
    for (const change of this.#changes) {
      if (change.hostname !== hostname || at < change.begunAt) continue;
      possible =
        at >= change.doneAt + this.#cachedMs ? [change.allowedTop] : [...possible, change.allowedTop];
    }
    return possible;
  }
}

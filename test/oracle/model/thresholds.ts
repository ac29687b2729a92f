import { isDeepStrictEqual } from "node:util";
import { Ambiguous } from "./message.ts";

/** A change of a host's threshold by SQL. Times of this machine, epoch ms. */
export interface ThresholdChange {
  readonly hostname: string;
  /** Undefined where the row was deleted. */
  readonly allowedTop: number | undefined;
  /** Before the statement was sent: what was sent until then had come through. */
  readonly begunAt: number;
  /** After it was committed. */
  readonly doneAt: number;
}

const CACHED_MS = 5_000;

/** The thresholds, and since when they are what they are. */
export class Thresholds {
  readonly #initial: ReadonlyMap<string, number>;
  readonly #changes: readonly ThresholdChange[];

  /** @param changes in the order in which they were made */
  constructor(initial: ReadonlyMap<string, number>, changes: readonly ThresholdChange[] = []) {
    this.#initial = initial;
    this.#changes = changes;
  }

  /**
   * What follows from the threshold that is in force for something that reached Kafka at a time.
   *
   * @param outcome computes it from the threshold; undefined for a host without one
   * @throws Ambiguous where the old and the new threshold may be in force and give different outcomes
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
      possible = at >= change.doneAt + CACHED_MS ? [change.allowedTop] : [...possible, change.allowedTop];
    }
    return possible;
  }
}

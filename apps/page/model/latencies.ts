import { type Percentiles, percentilesOf } from "../../../lib/percentiles.ts";

const KEPT = 1_000;
const WINDOW_MS = 60_000;

/** How long the newest results took, in ms. */
export class Latencies {
  readonly #taken: { readonly at: number; readonly ms: number }[] = [];

  /** @param windowMs how long a measurement counts */
  constructor(private readonly windowMs = WINDOW_MS) {}

  add(now: number, ms: number): void {
    this.#taken.push({ at: now, ms: Math.max(0, ms) });
    if (this.#taken.length > 2 * KEPT) this.#taken.splice(0, this.#taken.length - KEPT);
  }

  /** Forgets what was measured since a time: it says nothing about the pipelines. */
  forgetSince(from: number): void {
    const first = this.#taken.findIndex(({ at }) => at >= from);
    if (first >= 0) this.#taken.length = first;
  }

  /** Over the newest thousand within the window; undefined if there is none. */
  percentiles(now: number): Percentiles | undefined {
    const newest = this.#taken.slice(-KEPT).filter(({ at }) => at > now - this.windowMs);
    return percentilesOf(newest.map(({ ms }) => ms));
  }
}

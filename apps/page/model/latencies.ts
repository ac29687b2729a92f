const KEPT = 1_000;
const WINDOW_MS = 60_000;

/** Percentiles in ms, and how many results they are of. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** How long the newest results took, in ms. */
export class Latencies {
  readonly #taken: { readonly at: number; readonly ms: number }[] = [];

  /** @param windowMs how long a measurement counts */
  constructor(private readonly windowMs = WINDOW_MS) {}

  add(now: number, ms: number): void {
    this.#taken.push({ at: now, ms: Math.max(0, ms) });
    if (this.#taken.length > 2 * KEPT) this.#taken.splice(0, this.#taken.length - KEPT);
  }

  /** By the nearest rank, over the newest thousand of the last minute; undefined if there is none. */
  percentiles(now: number): Percentiles | undefined {
    const sorted = this.#taken
      .slice(-KEPT)
      .filter(({ at }) => at > now - this.windowMs)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    if (sorted.length === 0) return undefined;
    const at = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
    return { p50: at(50), p99: at(99), count: sorted.length };
  }
}

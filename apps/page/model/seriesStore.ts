import { Ring } from "./ring.ts";

/** What is known of one CPU of one host. */
export interface Series {
  readonly hostname: string;
  readonly cpu: string;
  /** The highest reading of each second: usage. */
  readonly readings: Ring;
  /** By the start of each window: average, maximum. */
  readonly windows: Ring;
  /** By the start of each window of the learned rule: expected, lower, upper, length in seconds, and actual value. */
  readonly expected: Ring;
  /** How many windows the learned rule has seen, and how many it needs before it judges. */
  learning: { readonly seen: number; readonly needed: number } | undefined;
  /** When the last reading of each of the newest windows arrived in Kafka, by the start of the window. */
  readonly arrivals: Map<number, number>;
  /** Epoch ms. */
  lastSeen: number;
}

const keyOf = (hostname: string, cpu: string) => JSON.stringify([hostname, cpu]);

/** How many series are kept. A new one beyond that has to wait until one of them falls silent, or raise an alert. */
export const MOST_SERIES = 5_000;
/** A series that has been silent for this long makes room for another. */
const SILENT_MS = 600_000;
/** Rows over all series, whether thousands in a large fleet or dozens in a small one. */
const READING_ROWS = 1_500_000;
const WINDOW_ROWS = 600_000;

const share = (rows: number, series: number, least: number, most: number) =>
  Math.max(least, Math.min(most, Math.floor(rows / Math.max(series, 1))));

/** All series, within a fixed amount of memory (about 50 MB). */
export class SeriesStore {
  /** The one that was seen most recently comes last. */
  readonly #series = new Map<string, Series>();
  #refusedAt = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#series.size;
  }

  /** Whether there are more series than are kept. */
  isPartial(now: number): boolean {
    return now - this.#refusedAt < SILENT_MS;
  }

  /** How many seconds of readings a series keeps: an hour, or less if there are many series. */
  get readingCapacity(): number {
    return share(READING_ROWS, this.size, 300, 3_600);
  }

  /** How many windows a series keeps: a day of them, or less if there are many series. */
  get windowCapacity(): number {
    return share(WINDOW_ROWS, this.size, 120, 2_880);
  }

  all(): IterableIterator<Series> {
    return this.#series.values();
  }

  find(hostname: string, cpu: string): Series | undefined {
    return this.#series.get(keyOf(hostname, cpu));
  }

  /**
   * The series of that name, created if necessary and seen at `now`.
   *
   * @param needed whether it may always take the place of another
   * @returns undefined if there is no room for it: existing series stay, so that each keeps its past
   */
  seen(hostname: string, cpu: string, now: number, needed = false): Series | undefined {
    const key = keyOf(hostname, cpu);
    const known = this.#series.get(key);
    // Moving it on every reading would be most of the work.
    if (known !== undefined && now - known.lastSeen < 10_000) return known;
    if (known === undefined && !this.#hasRoom(now, needed)) {
      this.#refusedAt = now;
      return undefined;
    }
    const series = known ?? newSeries(hostname, cpu);
    series.lastSeen = now;
    this.#series.delete(key);
    this.#series.set(key, series);
    return series;
  }

  /** Makes room for one more if allowed. */
  #hasRoom(now: number, needed: boolean): boolean {
    if (this.#series.size < MOST_SERIES) return true;
    const [oldest] = this.#series.values();
    if (oldest === undefined || (!needed && now - oldest.lastSeen < SILENT_MS)) return false;
    return this.#series.delete(keyOf(oldest.hostname, oldest.cpu));
  }
}

const newSeries = (hostname: string, cpu: string): Series => ({
  hostname,
  cpu,
  readings: new Ring(1),
  windows: new Ring(2),
  expected: new Ring(5),
  arrivals: new Map(),
  learning: undefined,
  lastSeen: 0,
});

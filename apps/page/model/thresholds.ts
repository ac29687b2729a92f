/** The threshold of a host. */
export interface Threshold {
  readonly hostname: string;
  /** Percent of CPU. */
  readonly value: number;
  /** When a change to it was seen, epoch ms; undefined if it was there from the start. */
  readonly changedAt: number | undefined;
  /** Whether the pipelines use it: they have written a row with it, or their caches have expired since. */
  readonly isUsed: boolean;
}

/** The thresholds as PostgreSQL has them. */
export class Thresholds {
  #known = new Map<string, Threshold>();
  #isRead = false;

  /** @param cacheMs how long pipelines may use an old threshold before they look it up again */
  constructor(private readonly cacheMs: number) {}

  of(hostname: string): number | undefined {
    return this.#known.get(hostname)?.value;
  }

  get all(): Threshold[] {
    return [...this.#known.values()].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  }

  /** Takes in the whole table as it is now. */
  replace(rows: readonly { readonly hostname: string; readonly value: number }[], now: number): void {
    const former = this.#known;
    this.#known = new Map(rows.map((row) => [row.hostname, this.#next(former.get(row.hostname), row, now)]));
    this.#isRead = true;
  }

  /** A pipeline has written a row with that threshold. */
  used(hostname: string, value: number): void {
    const known = this.#known.get(hostname);
    if (known === undefined || known.isUsed || known.value !== value) return;
    this.#known.set(hostname, { ...known, isUsed: true });
  }

  #next(known: Threshold | undefined, row: { hostname: string; value: number }, now: number): Threshold {
    if (known?.value !== row.value) {
      return { ...row, changedAt: this.#isRead ? now : undefined, isUsed: !this.#isRead };
    }
    const isUsed = known.isUsed || now - (known.changedAt ?? 0) >= this.cacheMs;
    return isUsed === known.isUsed ? known : { ...known, isUsed };
  }
}

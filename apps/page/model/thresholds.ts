/** The threshold of a host, in percent of CPU. */
export interface HostThreshold {
  readonly hostname: string;
  readonly value: number;
}

/** The thresholds as PostgreSQL has them. */
export class Thresholds {
  #byHost = new Map<string, number>();
  #total = 0;
  /** When changes were seen that pipelines may not use yet, by host, epoch ms. */
  readonly #changedAt = new Map<string, number>();
  #version = 0;

  /** @param cacheMs how long pipelines may use an old threshold before they look it up again */
  constructor(private readonly cacheMs: number) {}

  /** How often they have been taken in; 0 until PostgreSQL has answered. */
  get version(): number {
    return this.#version;
  }

  /** Sorted by host. Of a hundred thousand, the names alone take megabytes, so there is no other copy. */
  get byHost(): ReadonlyMap<string, number> {
    return this.#byHost;
  }

  /** How many PostgreSQL has. */
  get total(): number {
    return this.#total;
  }

  of(hostname: string): number | undefined {
    return this.#byHost.get(hostname);
  }

  /**
   * Takes in the table as it is now.
   *
   * @param total how many rows it has, if these are not all
   */
  replace(rows: readonly HostThreshold[], now: number, total = rows.length): void {
    const sorted = [...rows].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
    const changed = sorted.filter(({ hostname, value }) => this.of(hostname) !== value);
    // The former names make room for the new ones.
    this.#byHost = new Map();
    for (const { hostname, value } of sorted) this.#byHost.set(hostname, value);
    this.#total = total;
    for (const hostname of this.#changedAt.keys())
      if (!this.#byHost.has(hostname)) this.#changedAt.delete(hostname);
    if (this.#version++ > 0) for (const { hostname } of changed) this.#changedAt.set(hostname, now);
  }

  /** A pipeline has written a row with that threshold. */
  used(hostname: string, value: number): void {
    if (this.#byHost.get(hostname) === value) this.#changedAt.delete(hostname);
  }

  /** The hosts whose threshold the pipelines may not use yet: no row shows it, and their caches have not expired. */
  unused(now: number): ReadonlyMap<string, number> {
    for (const [hostname, at] of this.#changedAt)
      if (now - at >= this.cacheMs) this.#changedAt.delete(hostname);
    return this.#changedAt;
  }
}

const KEPT = 20_000;

/**
 * When readings arrived in Kafka, for measuring how long their results took. It remembers the newest that a result can
 * follow from.
 */
export class Arrivals {
  readonly #arrivals = new Map<string, number>();

  add(hostname: string, cpu: string, occurredAt: number, arrivedAt: number): void {
    this.#arrivals.set(key(hostname, cpu, occurredAt), arrivedAt);
    if (this.#arrivals.size <= KEPT) return;
    const [oldest] = this.#arrivals.keys();
    if (oldest !== undefined) this.#arrivals.delete(oldest);
  }

  /** When that reading arrived, once: a result is measured by the first that reads it. */
  take(hostname: string, cpu: string, occurredAt: number): number | undefined {
    const name = key(hostname, cpu, occurredAt);
    const arrivedAt = this.#arrivals.get(name);
    this.#arrivals.delete(name);
    return arrivedAt;
  }
}

const key = (hostname: string, cpu: string, occurredAt: number) =>
  JSON.stringify([hostname, cpu, occurredAt]);

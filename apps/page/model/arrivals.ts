const KEPT = 20_000;

/**
 * When readings arrived in Kafka, to measure how long their results took. Readings and results arrive separately, so a
 * result can come first. Keeps the newest of both.
 */
export class Arrivals {
  readonly #arrivals = new Map<string, number>();
  readonly #results = new Map<string, number>();

  /**
   * A reading arrived in Kafka at `arrivedAt`.
   *
   * @returns when its result was seen, if already known
   */
  add(hostname: string, cpu: string, occurredAt: number, arrivedAt: number): number | undefined {
    const name = key(hostname, cpu, occurredAt);
    return taken(this.#results, name) ?? kept(this.#arrivals, name, arrivedAt);
  }

  /**
   * The result of a reading was seen at `seenAt`.
   *
   * @returns when the reading arrived, if already known; only once, because only its first result counts
   */
  take(hostname: string, cpu: string, occurredAt: number, seenAt: number): number | undefined {
    const name = key(hostname, cpu, occurredAt);
    return taken(this.#arrivals, name) ?? kept(this.#results, name, seenAt);
  }
}

const key = (hostname: string, cpu: string, occurredAt: number) =>
  JSON.stringify([hostname, cpu, occurredAt]);

function taken(times: Map<string, number>, name: string): number | undefined {
  const time = times.get(name);
  times.delete(name);
  return time;
}

function kept(times: Map<string, number>, name: string, time: number): undefined {
  times.set(name, time);
  if (times.size <= KEPT) return;
  const [oldest] = times.keys();
  if (oldest !== undefined) times.delete(oldest);
}

const SECONDS = 60;

/** Counts events by the second in which they came: rates over the last seconds, and a history of a minute. */
export class Rate {
  readonly #counts = new Float64Array(SECONDS);
  readonly #seconds = new Float64Array(SECONDS);
  #startedAt: number;

  constructor(now: number) {
    this.#startedAt = now;
  }

  /** Makes the rate unknown until a second from now: so far, what came was not counted. */
  restart(now: number): void {
    this.#startedAt = now;
  }

  add(now: number, count = 1): void {
    const second = Math.floor(now / 1000);
    const place = second % SECONDS;
    if (this.#seconds[place] !== second) {
      this.#seconds[place] = second;
      this.#counts[place] = 0;
    }
    this.#counts[place] = (this.#counts[place] ?? 0) + count;
  }

  /** Events per second over the last `seconds` whole seconds; undefined while it is too new to say. */
  perSecond(now: number, seconds = 10): number | undefined {
    const known = Math.min(seconds, Math.floor((now - this.#startedAt) / 1000));
    if (known < 1) return undefined;
    return this.count(now, known) / known;
  }

  /** Events in the last `seconds` whole seconds, at most 59. */
  count(now: number, seconds: number): number {
    const current = Math.floor(now / 1000);
    let sum = 0;
    for (let second = current - seconds; second < current; second++) {
      const place = second % SECONDS;
      if (this.#seconds[place] === second) sum += this.#counts[place] ?? 0;
    }
    return sum;
  }
}

/** Shorter ones are usual in any stream. */
const SHORTEST_MS = 5_000;
/** A longer one is a silence that somebody should look into. */
const LONGEST_MS = 120_000;
const KEPT_MS = 10 * 60_000;

/** The pauses between readings over the last minutes: devices may send once a minute. */
export class Pauses {
  #newest: number | undefined;
  readonly #pauses: { readonly endedAt: number; readonly ms: number }[] = [];

  /** @param arrivedAt when a reading arrived, epoch ms, always by the same clock */
  note(arrivedAt: number): void {
    const newest = this.#newest ?? arrivedAt;
    const ms = arrivedAt - newest;
    this.#newest = Math.max(newest, arrivedAt);
    if (ms < SHORTEST_MS || ms > LONGEST_MS) return;
    this.#pauses.push({ endedAt: arrivedAt, ms });
    while ((this.#pauses[0]?.endedAt ?? arrivedAt) < arrivedAt - KEPT_MS) this.#pauses.shift();
  }

  /** The longest one, in ms; 0 if there was none. */
  get longest(): number {
    const since = (this.#newest ?? 0) - KEPT_MS;
    return this.#pauses.reduce((most, { endedAt, ms }) => (endedAt < since ? most : Math.max(most, ms)), 0);
  }
}

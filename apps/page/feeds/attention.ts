import { pause } from "../../../lib/timing.ts";

/** How long a feed waits between two looks, in ms. */
export interface Pace {
  /** While a browser has the page open. */
  readonly watchedMs: number;
  /** While nobody is looking. */
  readonly aloneMs: number;
}

/** A feed that looks repeatedly. */
interface Looker {
  /** Ends its current pause, if any. */
  wake: AbortController;
  /** Callers that wait for the end of the current or next look. */
  waiting: (() => void)[];
}

/**
 * Lets feeds query the stack often while somebody looks at the page, and rarely otherwise: the queries cost Flink and
 * Kafka more than everything else that the page does. A new visitor sees the current state: all feeds look then.
 */
export class Attention {
  #browsers = 0;
  readonly #lookers = new Set<Looker>();

  /** A browser has opened the page. @returns a function to call once, when it has left */
  enter(): () => void {
    if (this.#browsers++ === 0) this.#wakeAll();
    return () => {
      this.#browsers--;
    };
  }

  /** Makes every feed look now, unless a browser keeps them looking. Resolves once all have, or after `deadlineMs`. */
  async refresh(deadlineMs: number): Promise<void> {
    if (this.#browsers > 0 || this.#lookers.size === 0) return;
    const done = new AbortController();
    const looks = [...this.#lookers].map(
      ({ waiting }) => new Promise<void>((resolve) => void waiting.push(resolve)),
    );
    this.#wakeAll();
    void Promise.all(looks).then(() => done.abort());
    await pause(deadlineMs, done.signal);
  }

  /** Repeats a look until the signal is aborted. An error in the look ends the feed. */
  async repeat(look: () => Promise<void>, { watchedMs, aloneMs }: Pace, signal: AbortSignal): Promise<void> {
    const looker: Looker = { wake: new AbortController(), waiting: [] };
    const stop = () => looker.wake.abort();
    signal.addEventListener("abort", stop);
    this.#lookers.add(looker);
    try {
      while (!signal.aborted) {
        await look();
        answer(looker);
        looker.wake = new AbortController();
        if (!signal.aborted) await pause(this.#browsers > 0 ? watchedMs : aloneMs, looker.wake.signal);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      this.#lookers.delete(looker);
      answer(looker);
    }
  }

  #wakeAll(): void {
    for (const { wake } of this.#lookers) wake.abort();
  }
}

function answer(looker: Looker): void {
  const { waiting } = looker;
  looker.waiting = [];
  for (const each of waiting) each();
}

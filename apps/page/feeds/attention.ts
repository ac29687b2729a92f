import { pause } from "../../../lib/timing.ts";

/** How long after a look a feed looks again, in ms. */
export interface Pace {
  /** While a browser has the page open. */
  readonly watchedMs: number;
  /** While nobody looks. */
  readonly aloneMs: number;
}

/** A feed that looks again and again. */
interface Looker {
  /** Ends the pause that it is in, if any. */
  wake: AbortController;
  /** Who waits for the end of the look that is under way, or comes next. */
  waiting: (() => void)[];
}

/**
 * Lets feeds ask the stack often while somebody looks at the page, and rarely otherwise: asking costs Flink and Kafka more
 * than everything else that the page does. Whoever comes sees how things are then, since all feeds look at once.
 */
export class Attention {
  #browsers = 0;
  readonly #lookers = new Set<Looker>();

  /** A browser has opened the page. @returns what to call once, when it has left */
  enter(): () => void {
    if (this.#browsers++ === 0) this.#wakeAll();
    return () => {
      this.#browsers--;
    };
  }

  /** Has every feed look now, unless a browser keeps them looking. Resolves once all have, or after `deadlineMs`. */
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

  /** Repeats a look until the signal is aborted. What the look throws ends the feed. */
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

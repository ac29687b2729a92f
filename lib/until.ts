import { pause } from "./timing.ts";

/** How long to wait and how often to check. */
export interface Wait {
  /** How long at most, in ms; Infinity if the condition itself gives up by throwing. */
  readonly deadline: number;
  /** Pause between two checks, in ms. */
  readonly pollMs: number;
  /** The first pause, if shorter; the following ones double up to `pollMs`. */
  readonly firstPollMs?: number;
  /** Ends the wait: `until` then throws its reason. */
  readonly signal?: AbortSignal;
}

type Nothing = undefined | false;

/**
 * Checks a condition, at least once, until it holds.
 *
 * @param condition returns what is waited for; `undefined` and `false` mean not yet
 * @returns the condition's result, or undefined after the deadline
 * @throws what the condition throws, or the signal's reason once it is aborted
 *
 * @example
 * const ready = await until(() => isReady(server), { deadline: 60_000, pollMs: 100 });
 * if (!ready) throw new Error("the server was not ready after 60 s");
 */
export async function until<T>(
  condition: () => T | Nothing | Promise<T | Nothing>,
  { deadline, pollMs, firstPollMs = pollMs, signal = never() }: Wait,
): Promise<T | undefined> {
  const giveUpAt = performance.now() + deadline;
  let pauseMs = firstPollMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > giveUpAt) return undefined;
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, pollMs);
  }
}

/** Repeats an action, with a pause of `pollMs` in between, until the signal is aborted. */
export async function repeat(
  action: () => Promise<void>,
  { pollMs, signal }: { readonly pollMs: number; readonly signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await action();
    await pause(pollMs, signal);
  }
}

/** One for each wait: Node warns of more than ten listeners on a signal. */
const never = () => new AbortController().signal;

import { setTimeout as sleep } from "node:timers/promises";

/** How something compares with what is expected, and how much of it there is so far. */
export interface Comparison<T> {
  readonly verdict: T;
  readonly isExact: boolean;
  readonly count: number;
}

/** Compares repeatedly until it is exact or nothing has arrived for `stuckMs`. @returns the last verdict */
export async function settled<T>(
  compare: () => Promise<Comparison<T>>,
  { stuckMs, pollMs }: { readonly stuckMs: number; readonly pollMs: number },
): Promise<T> {
  let seen = -1;
  let changedAt = Date.now();
  for (;;) {
    const { verdict, isExact, count } = await compare();
    if (isExact) return verdict;
    if (count !== seen) changedAt = Date.now();
    seen = count;
    if (Date.now() - changedAt > stuckMs) return verdict;
    await sleep(pollMs);
  }
}

const POLL_MS = 200;
const CLEAN_UP_MS = 5_000;

const lost = new AbortController();

/** Aborted when the engine that started this provider has died: anything started after that would not be recorded. */
export const engineGone: AbortSignal = lost.signal;

/**
 * Watches the engine, which is our parent. When it is killed, operations in progress are undone if that matters, and
 * this process exits.
 */
export function watchEngine(): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid === engine || lost.signal.aborted) return;
    lost.abort(new Error("the Pulumi engine was killed"));
    setTimeout(() => process.exit(1), CLEAN_UP_MS);
  }, POLL_MS).unref();
}

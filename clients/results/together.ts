/** Runs tasks side by side until `signal` is aborted. If one fails, the signals of the others are aborted. */
export async function together(
  signal: AbortSignal,
  runs: readonly ((signal: AbortSignal) => Promise<void> | undefined)[],
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    await Promise.all(runs.map((run) => run(either)));
  } finally {
    stop.abort();
  }
}

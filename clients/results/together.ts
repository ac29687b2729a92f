/** Runs what each goes on until its signal is aborted, all until `signal`; one that fails ends the others. */
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

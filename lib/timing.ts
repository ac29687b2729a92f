/** Waits for `ms` milliseconds, or until the signal is aborted; never throws. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal.addEventListener("abort", done);
  });
}

/** The result of `work`; throws the signal's reason if it is aborted first. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    // Promise.race would leak a listener on a signal that lives as long as the program.
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A signal that is aborted `ms` milliseconds after `signal`, for the given reason. */
export function abortedAfter(signal: AbortSignal, ms: number, reason: Error): AbortSignal {
  const later = new AbortController();
  const arm = (): void => {
    setTimeout(() => later.abort(reason), ms).unref();
  };
  if (signal.aborted) arm();
  else signal.addEventListener("abort", arm, { once: true });
  return later.signal;
}

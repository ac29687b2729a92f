/**
 * A signal that is aborted by Ctrl-C or TERM, or once nobody reads what we print, so that a command can end in
 * order. A second request, a second or more later, ends the command at once.
 */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // One Ctrl-C may arrive twice: from the terminal, and passed on by what started us.
      if (first > 0 && Date.now() - first > 1_000) process.exit(130);
      if (first === 0) first = Date.now();
      controller.abort();
    });
  }
  process.stdout.once("error", () => controller.abort());
  return controller.signal;
}

/** Output that nobody reads any more, as with `| head`, is not a failure: an `up` continues without it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

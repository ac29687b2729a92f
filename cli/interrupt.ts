/**
 * A signal that is aborted by Ctrl-C or TERM, so that a command can end in order. Asked again a second later
 * or more, the command ends at once.
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
  return controller.signal;
}

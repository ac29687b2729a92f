import { createInterface } from "node:readline/promises";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { isSystemError, systemProblem } from "./systemProblem.ts";

/**
 * A signal that is aborted by Ctrl-C or TERM, or once nobody reads what we print, so that a command can end cleanly.
 * A second request, a second or more later, ends the command at once.
 */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // One Ctrl-C may arrive twice: from the terminal, and passed on by our parent process.
      if (first > 0 && Date.now() - first > 1_000) process.exit(130);
      if (first === 0) first = Date.now();
      controller.abort();
    });
  }
  process.stdout.once("error", () => controller.abort());
  return controller.signal;
}

/** What printing fails with if nobody reads any more: a pipe as with `| head`, and a terminal that was closed. */
const UNREAD = ["EPIPE", "EIO"];

/** Output that nobody reads any more is not a failure: an `up` continues without it. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (!UNREAD.includes(error.code ?? "")) throw error;
    });
  }
}

/**
 * Asks the user a question; only `y` and `yes` agree. Without a terminal, nobody agrees.
 *
 * @param yes whether the user agrees beforehand, to everything
 */
export const confirming =
  (yes: boolean) =>
  async (question: string): Promise<boolean> => {
    if (yes) return true;
    if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once("SIGINT", () => process.exit(130));
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } catch (error) {
      // Ctrl-D: there is no answer.
      if ((error as Error).name === "AbortError") return false;
      throw error;
    } finally {
      lines.close();
    }
  };

/**
 * Ends the process once its output has been read: what is written to a pipe is kept in memory for as long as the reader
 * takes, and would be lost.
 */
export function exitFlushed(code: number): Promise<never> {
  return new Promise(() => process.stdout.write("", () => process.exit(code)));
}

/** The text to print for an error: its message if that is meant for users or names what the system refused, else its stack. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isForUsers(error)) return error.message;
  return isSystemError(error) ? systemProblem(error) : (error.stack ?? error.message);
}

/** Recognizes Pulumi's RunError by its mark, without loading Pulumi. Wrong settings are one. */
const isForUsers = (error: Error): boolean =>
  error instanceof UserError || ("__pulumiRunError" in error && error.__pulumiRunError === true);

/**
 * Uses a stack's services.
 *
 * @throws UserError if one does not answer, with the commands that help
 */
export async function onServicesOf<T>(stack: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ServiceUnreachable)) throw error;
    throw new UserError(
      `${error.message}. npm run status -- ${stack} shows what runs; npm run up -- ${stack} restarts what has died.`,
      { cause: error },
    );
  }
}

import { liveProgress } from "./liveProgress.ts";
import { plainProgress } from "./plainProgress.ts";
import type { ProgressStream } from "./progressStyle.ts";

/** One thing that takes time. After `done` or `fail`, further calls do nothing. */
export interface Task {
  /** Says how far it is; replaces what was said before. */
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail?: string): void;
}

/** Tells the user what is being done, at each moment. */
export interface Progress {
  task(title: string): Task;
  /** A line that stays. */
  note(text: string): void;
  /** Ends the display and gives the terminal back. Tasks that still run are left unfinished. */
  close(): void;
}

/** Runs something as a task, which ends with it. */
export async function during<T>(task: Task, run: () => Promise<T>): Promise<T> {
  try {
    const result = await run();
    task.done();
    return result;
  } catch (error) {
    task.fail();
    throw error;
  }
}

/**
 * A live list on a terminal, plain lines elsewhere (a file, CI, TERM=dumb). It writes to standard error,
 * so that standard output holds results only.
 */
export function createProgress(stream: ProgressStream = process.stderr): Progress {
  // A pseudo-terminal without a size has 0 rows, into which a list would vanish.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== "dumb" && !process.env.CI;
  return live ? liveProgress(stream) : plainProgress(stream);
}

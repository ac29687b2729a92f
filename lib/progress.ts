/** One thing that takes time. After `done` or `fail`, further calls do nothing. */
export interface Task {
  /** Reports how far it is; replaces the previous report. */
  update(detail: string): void;
  done(detail?: string): void;
  fail(detail?: string): void;
}

/** Shows the user what is being done at each moment. */
export interface Progress {
  task(title: string): Task;
  /** A line that stays. */
  note(text: string): void;
  /** Ends the display and gives the terminal back. Tasks that still run are left unfinished. */
  close(): void;
}

/** Runs something as a task that ends with it. */
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

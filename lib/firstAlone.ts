import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs the first task alone: tasks that arrive meanwhile wait until it ends, successfully or not.
 *
 * @param limitMs how long they wait at most
 */
export function firstAlone(limitMs: number): <T>(task: () => Promise<T>) => Promise<T> {
  let first: Promise<unknown> | undefined;
  return async (task) => {
    if (first !== undefined) {
      await first;
      return task();
    }
    const running = task();
    first = Promise.race([running.catch(() => {}), sleep(limitMs, undefined, { ref: false })]);
    return running;
  };
}

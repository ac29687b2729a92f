import { setTimeout as sleep } from "node:timers/promises";

export interface FirstAloneOptions {
  /** How long the others wait at most for the first. */
  readonly limitMs: number;
  /** How long a task waits for the preferred one, so that this is the first. */
  readonly patienceMs: number;
}

/**
 * Runs the first task alone: tasks that arrive meanwhile wait until it ends, successfully or not. The preferred task is
 * the first if it arrives soon enough, even if others arrive before it.
 */
export function firstAlone({ limitMs, patienceMs }: FirstAloneOptions) {
  let first: Promise<unknown> | undefined;
  let preferredArrives = () => {};
  const preferred = new Promise<void>((resolve) => {
    preferredArrives = resolve;
  });
  return async <T>(task: () => Promise<T>, { isPreferred = false } = {}): Promise<T> => {
    if (isPreferred) preferredArrives();
    else if (first === undefined) await Promise.race([preferred, idle(patienceMs)]);
    if (first !== undefined) {
      await first;
      return task();
    }
    const running = task();
    first = Promise.race([running.catch(() => {}), idle(limitMs)]);
    return running;
  };
}

const idle = (ms: number) => sleep(ms, undefined, { ref: false });

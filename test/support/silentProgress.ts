import type { Progress, Task } from "../../lib/progress.ts";

/** A task that reports to nobody. */
export const silentTask: Task = { update() {}, done() {}, fail() {} };

/** Progress that reports to nobody. */
export const silent: Progress = { task: () => silentTask, note() {}, close() {} };

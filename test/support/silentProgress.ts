import type { Progress, Task } from "../../lib/progress.ts";

/** A task of which nobody hears. */
export const silentTask: Task = { update() {}, done() {}, fail() {} };

/** Progress of which nobody hears. */
export const silent: Progress = { task: () => silentTask, note() {}, close() {} };

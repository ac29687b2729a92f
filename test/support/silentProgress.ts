import type { Progress, Task } from "../../cli/output/progress.ts";

/** A task of which nobody hears. */
export const silentTask: Task = { update() {}, done() {}, fail() {} };

/** Progress of which nobody hears. */
export const silent: Progress = { task: () => silentTask, note() {}, close() {} };

import type { JobView } from "../view.ts";

/** How a job is doing, in a word for people. */
export interface JobHealth {
  readonly level: "up" | "down" | "unknown";
  readonly text: string;
}

export function healthOf({ state, allTasksRunning }: JobView): JobHealth {
  if (state === null) return { level: "unknown", text: "not known" };
  if (state !== "RUNNING") return { level: "down", text: state.toLowerCase() };
  return allTasksRunning ? { level: "up", text: "running" } : { level: "down", text: "being started" };
}

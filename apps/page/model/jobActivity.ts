import type { JobState } from "../../../clients/flink/job.ts";
import type { CompletedCheckpoint, Vertex } from "../../../clients/flink/jobObserver.ts";

/** How the job of a pipeline is doing; what Flink does not report is undefined. */
export interface JobActivity extends Partial<Work> {
  readonly state: JobState;
  readonly allTasksRunning: boolean;
  /** Since it was submitted. */
  readonly restarts?: number | undefined;
  readonly checkpoint?: CompletedCheckpoint | undefined;
  readonly checkpointIntervalMs?: number | undefined;
  /** How far event time is behind the clock, in ms. */
  readonly watermarkDelayMs?: number | undefined;
}

/** What a job did between two looks at its counters. */
export interface Work {
  /** Share of its time, from 0 to 1, that its busiest task works, and that its most back-pressured task waits. */
  readonly busy: number;
  readonly backPressured: number;
  /** Rows per second that reach its last task, which writes them. */
  readonly writtenPerSecond: number;
}

/** Counters at a time, epoch ms. */
export interface Counters {
  readonly at: number;
  readonly vertices: readonly Vertex[];
}

/**
 * What a job did between two looks.
 *
 * @returns undefined if the counters have not been refreshed since: the JobManager fetches them every few seconds
 */
export function workBetween(before: Counters, now: Counters): Work | undefined {
  const passed = now.at - before.at;
  if (passed <= 0 || JSON.stringify(before.vertices) === JSON.stringify(now.vertices)) return undefined;
  const former = new Map(before.vertices.map((vertex) => [vertex.id, vertex]));
  const grown = (vertex: Vertex, counter: "busyMs" | "backPressuredMs" | "readRecords") =>
    // After a restart they start from zero.
    Math.max(0, vertex[counter] - Math.min(former.get(vertex.id)?.[counter] ?? 0, vertex[counter]));
  const share = (counter: "busyMs" | "backPressuredMs") =>
    Math.min(
      1,
      Math.max(0, ...now.vertices.map((vertex) => grown(vertex, counter) / (passed * vertex.parallelism))),
    );
  const last = now.vertices.at(-1);
  return {
    busy: share("busyMs"),
    backPressured: share("backPressuredMs"),
    writtenPerSecond: last === undefined ? 0 : grown(last, "readRecords") / (passed / 1000),
  };
}

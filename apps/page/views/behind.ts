import type { Lag } from "../model/lag.ts";
import type { World } from "../model/world.ts";
import type { BehindView } from "../view.ts";
import { outputOf, type PipelineInfo } from "./stackInfo.ts";

const SLACK_MS = 10_000;
/** Assumed if Flink does not report how often it takes checkpoints, as on Aiven. */
const UNKNOWN_INTERVAL_MS = 30_000;
/** A job that has just begun has not read anything yet. */
const YOUNG_MS = 30_000;
/** A task that is busy or back-pressured for this share of its time is held up by that alone. */
const MOST_OF_THE_TIME = 0.7;

/**
 * How long a message may wait to be committed, in ms: 10 s plus three checkpoint intervals, because readers commit with
 * a checkpoint.
 */
export const boundMs = (checkpointIntervalMs = UNKNOWN_INTERVAL_MS) => SLACK_MS + 3 * checkpointIntervalMs;

/** The pipelines that are behind, the furthest behind first. */
export function behindView(
  world: World,
  pipelines: Readonly<Record<string, PipelineInfo>>,
  now: number,
): BehindView[] {
  const found = [...world.lags].flatMap(([pipeline, lag]) => {
    const job = world.jobs.get(pipeline);
    if (lag.atLeastSeconds * 1_000 <= boundMs(job?.checkpointIntervalMs)) return [];
    const delay = job?.watermarkDelayMs;
    return {
      pipeline,
      messages: lag.messages,
      seconds: lag.atLeastSeconds,
      leftSeconds: lag.leftSeconds ?? null,
      reachedAt: delay === undefined ? null : now - delay,
      cause: causeOf(world, pipeline, lag, now),
      output: outputOf(pipelines[pipeline]),
    };
  });
  return found.sort((a, b) => b.seconds - a.seconds || b.messages - a.messages);
}

function causeOf(world: World, pipeline: string, lag: Lag, now: number): BehindView["cause"] {
  const job = world.jobs.get(pipeline);
  const age = world.catchUps.ageOf(pipeline, now);
  if (lag.leftSeconds === undefined && age !== undefined && age < YOUNG_MS) return "start";
  if (job === undefined) return "not known";
  const { busy = 0, backPressured = 0, checkpoint } = job;
  if (backPressured >= MOST_OF_THE_TIME && backPressured >= busy) return "output";
  if (busy >= MOST_OF_THE_TIME) return "busy";
  const isStuck = checkpoint === undefined || now - checkpoint.at > boundMs(job.checkpointIntervalMs);
  return isStuck ? "checkpoint" : "not known";
}

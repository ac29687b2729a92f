import type { Lag } from "../model/lag.ts";
import type { World } from "../model/world.ts";
import type { JobView, PipelineView } from "../view.ts";
import { outputOf, type PipelineInfo } from "./stackInfo.ts";

/** The pipelines as README draws them, and how each is doing. */
export function pipelineView(
  world: World,
  pipelines: Readonly<Record<string, PipelineInfo>>,
  now: number,
): PipelineView {
  return {
    readingsPerSecond: tenths(world.rates.readings.perSecond(now)),
    jobs: Object.entries(pipelines).map(([pipeline, info]) => jobView(world, pipeline, info, now)),
  };
}

function jobView(world: World, pipeline: string, info: PipelineInfo, now: number): JobView {
  const job = world.jobs.get(pipeline);
  const lag = world.lags.get(pipeline);
  const rows = world.rates.rows.get(pipeline)?.perSecond(now);
  return {
    pipeline,
    state: job?.state ?? null,
    allTasksRunning: job?.allTasksRunning ?? false,
    reads: info.reads ?? null,
    output: outputOf(info),
    rowsPerSecond: tenths(rows ?? job?.writtenPerSecond),
    lag: lag === undefined ? null : lagView(lag),
    busy: job?.busy ?? null,
    backPressured: job?.backPressured ?? null,
    restarts: job?.restarts ?? null,
    checkpoint: job?.checkpoint ?? null,
    watermarkDelayMs: job?.watermarkDelayMs ?? null,
  };
}

const lagView = ({ messages, seconds, atLeastSeconds, trend }: Lag): JobView["lag"] => ({
  messages,
  seconds: seconds ?? null,
  atLeastSeconds,
  trend,
});

const tenths = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10);

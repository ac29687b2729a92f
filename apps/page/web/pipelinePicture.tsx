import type { JobView, PipelineView } from "../view.ts";
import { duration, number, percent, withUnit } from "./format.ts";
import { healthOf } from "./jobHealth.ts";
import { memo } from "./memo.ts";
import { PipelineFlow } from "./pipelineFlow.tsx";

/** The pipelines as README draws them, live. */
export const PipelinePicture = memo(
  ({ pipeline, now }: { pipeline: PipelineView | undefined; now: number }) => (
    <section class="panel" aria-labelledby="pipeline-title">
      <h2 id="pipeline-title">Pipelines</h2>
      {pipeline === undefined ? (
        <p class="empty">Waiting for Flink …</p>
      ) : (
        <div class="scroll">
          <PipelineFlow pipeline={pipeline} />
          <table class="pipeline">
            <caption class="hidden">What each pipeline reads and writes, and how it is doing</caption>
            <thead>
              <tr>
                {[
                  "Reads",
                  "Pipeline",
                  "Writes",
                  "Rows/s",
                  "Lag",
                  "Busy",
                  "Held up",
                  "Restarts",
                  "Checkpoint",
                  "Behind the clock",
                ].map((title, index) => (
                  <th key={title} scope="col" class={index > 2 ? "figure" : ""}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {ordered(pipeline.jobs).map((job) => (
                <JobRow key={job.pipeline} job={job} rate={pipeline.readingsPerSecond} now={now} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  ),
);

/** Each pipeline is followed by those that read its results. */
function ordered(jobs: readonly JobView[]): JobView[] {
  const reading = (name: string | null): JobView[] =>
    jobs.filter(({ reads }) => reads === name).flatMap((job) => [job, ...reading(job.pipeline)]);
  return reading(null);
}

const TRENDS = { "-1": "↘", "0": "", "1": "↗" } as const;

/** How long the oldest message has waited. */
const waiting = ({ seconds, atLeastSeconds }: NonNullable<JobView["lag"]>) =>
  seconds === null && atLeastSeconds >= 1 ? `over ${number(atLeastSeconds)} s` : withUnit(seconds, " s");

function JobRow({ job, rate, now }: { job: JobView; rate: number | null; now: number }) {
  const { pipeline, reads, output, lag, checkpoint } = job;
  const health = healthOf(job);
  return (
    <tr class={health.level === "down" ? "unwell" : ""}>
      <td class="muted">{reads === null ? `readings ${withUnit(rate, "/s")}` : `↳ ${reads}`}</td>
      <th scope="row">
        {pipeline}
        {health.level !== "up" && <span class="muted"> {health.text}</span>}
      </th>
      <td class="muted">→ {output}</td>
      <td class="figure">{number(job.rowsPerSecond)}</td>
      <td class="figure">
        {lag === null ? "not known" : `${number(lag.messages)} · ${waiting(lag)} ${TRENDS[`${lag.trend}`]}`}
      </td>
      <td class="figure">{percent(job.busy)}</td>
      <td class="figure">{percent(job.backPressured)}</td>
      <td class="figure">{number(job.restarts)}</td>
      <td class="figure">
        {checkpoint === null
          ? "not known"
          : `${duration(now - checkpoint.at)} ago, ${number(checkpoint.durationMs)} ms`}
      </td>
      <td class="figure">{job.watermarkDelayMs === null ? "not known" : duration(job.watermarkDelayMs)}</td>
    </tr>
  );
}

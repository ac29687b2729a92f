import type { JobView, PipelineView } from "../view.ts";
import { withUnit } from "./format.ts";
import { healthOf } from "./jobHealth.ts";

const SIGNS = { up: "●", down: "▲", unknown: "?" } as const;

/** Readings flow from the left into the jobs, their results into topics and tables, and from there into more jobs. */
export function PipelineFlow({ pipeline: { jobs, readingsPerSecond } }: { pipeline: PipelineView }) {
  return (
    <div class="flow">
      <div class="node source">
        readings
        <small>{withUnit(readingsPerSecond, "/s")}</small>
      </div>
      <Branches jobs={jobs} reads={null} />
    </div>
  );
}

/** The jobs that read the same, below each other. */
function Branches({ jobs, reads }: { jobs: readonly JobView[]; reads: string | null }) {
  const own = jobs.filter((job) => job.reads === reads);
  if (own.length === 0) return null;
  return (
    <ul>
      {own.map((job) => (
        <li key={job.pipeline}>
          <Job job={job} />
          <span class="node output" title={job.output}>
            {placeOf(job.output)}
            <small>{withUnit(job.rowsPerSecond, "/s")}</small>
          </span>
          <Branches jobs={jobs} reads={job.pipeline} />
        </li>
      ))}
    </ul>
  );
}

function Job({ job }: { job: JobView }) {
  const health = healthOf(job);
  const lag = job.lag === null ? "lag not known" : `lag ${job.lag.messages}`;
  return (
    <span class={`node job ${health.level}`} title={`${job.pipeline}: ${health.text}, ${lag}`}>
      <span>
        <span aria-hidden="true">{SIGNS[health.level]}</span> {job.pipeline}
        <span class="hidden"> is {health.text}</span>
      </span>
      <small>{health.level === "up" ? lag : health.text}</small>
    </span>
  );
}

/** `cpu_agg_stats` of `topic cpu_agg_stats`: a picture has little room. */
const placeOf = (output: string) => output.replace(/^(topic|PostgreSQL table|OpenSearch index) /, "");

import pc from "picocolors";
import { type AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import { javaCause } from "../../../clients/flink/javaCause.ts";
import { JobManager } from "../../../clients/flink/jobManager.ts";
import { type FlinkOnAiven, isOnAiven } from "../../../components/contract.ts";
import { pipelineNames } from "../../../components/pipelines.ts";
import type { StateResource } from "../../../components/stateResources.ts";
import type { Report } from "../../../lib/section.ts";
import { table } from "../../../lib/table.ts";
import { findOwn } from "../../../provider/flink/ownJobs.ts";
import type { StackOutputs } from "../../engine/outputs.ts";

/** Each job's state according to Flink, or to Aiven if it runs there. */
export async function describeJobs(
  name: string,
  resources: readonly StateResource[],
  { flink }: Pick<StackOutputs, "flink">,
  aiven: () => AivenClient | Promise<AivenClient>,
): Promise<Report> {
  if (isOnAiven(flink)) return onAiven(name, flink, await aiven());
  const jobManager = new JobManager(flink.webUrl);
  const jobs = resources.filter(({ type }) => type === "streaming:flink:SqlJob");
  const rows = jobs.map(async ({ outputs = {} }) => {
    const { job, jobId, owner } = outputs as { job: string; jobId: string; owner: string };
    const active = await findOwn(jobManager, { job, jobId, owner });
    return { job, state: active?.state ?? "lost", detail: active?.id ?? "" };
  });
  return reportOf(name, await Promise.all(rows), `${flink.webUrl} says more`);
}

/** The newest deployment of each application; an application has one at a time. */
async function onAiven(
  name: string,
  { project, service, applications }: FlinkOnAiven,
  client: AivenClient,
): Promise<Report> {
  const inOrder = pipelineNames.filter((pipeline) => pipeline in applications);
  const rows = inOrder.map(async (pipeline) => {
    const [newest] = await client
      .deployments(project, service, applications[pipeline] ?? "")
      .catch((error) => (isMissing(error) ? [] : Promise.reject(error)));
    const state = newest?.status ?? "no deployment";
    return { job: pipeline, state, detail: javaCause(newest?.error ?? "") };
  });
  return reportOf(name, await Promise.all(rows), "Aiven's console says more");
}

interface Row {
  readonly job: string;
  readonly state: string;
  readonly detail: string;
}

function reportOf(stack: string, rows: readonly Row[], more: string): Report {
  const others = rows
    .filter(({ state }) => state !== "RUNNING")
    .map(({ job, state }) => `${job} is ${state}`);
  return {
    body: table(rows.map(({ job, state, detail }) => [job, coloured(state), detail])),
    troubles:
      others.length === 0
        ? []
        : [
            `${others.join(", ")}: npm run up -- ${stack} brings back what should run, or says why it cannot; ${more}.`,
          ],
  };
}

/** Whether the application itself is not there. */
const isMissing = (error: unknown) => error instanceof AivenError && error.status === 404;

const DEAD = ["lost", "no deployment", "FAILED", "CANCELED", "FINISHED"];

function coloured(state: string): string {
  if (DEAD.includes(state)) return pc.red(state);
  return state === "RUNNING" ? pc.green(state) : pc.yellow(state);
}

import pc from "picocolors";
import { type AivenClient, AivenError } from "../../clients/aiven.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { type FlinkOnAiven, isOnAiven } from "../../components/services.ts";
import { JobManager } from "../../provider/flink/jobManager.ts";
import { rootCause } from "../../provider/flink/rootCause.ts";
import type { StackOutputs } from "../outputs.ts";
import type { StateResource } from "../stateResources.ts";
import { table } from "../summary.ts";

/** Each job's state, as Flink itself tells it, or Aiven where it runs there. */
export async function describeJobs(
  resources: readonly StateResource[],
  { flink }: Pick<StackOutputs, "flink">,
  aiven: () => AivenClient,
): Promise<string> {
  if (isOnAiven(flink)) return onAiven(flink, aiven());
  const jobManager = new JobManager(flink.webUrl);
  const jobs = resources.filter(({ type }) => type === "streaming:flink:SqlJob");
  const rows = jobs.map(async ({ outputs = {} }) => {
    const { job } = outputs as { job: string };
    const active = await jobManager.activeJobNamed(job);
    return [job, coloured(active?.state ?? "lost"), active?.id ?? ""];
  });
  return table(await Promise.all(rows));
}

/** The newest deployment of each application; an application has one at a time. */
async function onAiven(
  { project, service, applications }: FlinkOnAiven,
  client: AivenClient,
): Promise<string> {
  const inOrder = pipelineNames.filter((pipeline) => pipeline in applications);
  const rows = inOrder.map(async (pipeline) => {
    const [newest] = await client
      .deployments(project, service, applications[pipeline] ?? "")
      .catch((error) => (isMissing(error) ? [] : Promise.reject(error)));
    return [pipeline, coloured(newest?.status ?? "no deployment"), rootCause(newest?.error ?? "")];
  });
  return table(await Promise.all(rows));
}

/** Whether the application itself is not there. */
const isMissing = (error: unknown) => error instanceof AivenError && error.status === 404;

const DEAD = ["lost", "no deployment", "FAILED", "CANCELED", "FINISHED"];

function coloured(state: string): string {
  if (DEAD.includes(state)) return pc.red(state);
  return state === "RUNNING" ? pc.green(state) : pc.yellow(state);
}

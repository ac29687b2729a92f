import { type AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import { javaCause } from "../../../clients/flink/javaCause.ts";
import type { Report } from "../../../lib/section.ts";
import { type Job, jobReport } from "../../jobReport.ts";
import { pipelineNames } from "../../pipelines.ts";
import type { FlinkOnAiven } from "./flinkOnAiven.ts";

/**
 * The jobs of a stack: the newest deployment of each application, which has one at a time. The pipelines come first;
 * Flink's connector to Slack is none of them.
 */
export async function describeJobs(
  stack: string,
  { project, service, applications }: FlinkOnAiven,
  client: AivenClient,
): Promise<Report> {
  const inOrder = new Set<string>([
    ...pipelineNames.filter((pipeline) => pipeline in applications),
    ...Object.keys(applications),
  ]);
  const jobs = [...inOrder].map(async (job): Promise<Job> => {
    const [newest] = await client
      .deployments(project, service, applications[job] ?? "")
      .catch((error) => (isMissing(error) ? [] : Promise.reject(error)));
    const state = newest?.status ?? "no deployment";
    return { job, state, detail: javaCause(newest?.error ?? "") };
  });
  return jobReport(stack, await Promise.all(jobs), "Aiven's console");
}

/** Whether the application itself does not exist. */
const isMissing = (error: unknown) => error instanceof AivenError && error.status === 404;

import { JobManager } from "../../clients/flink/jobManager.ts";
import type { Report } from "../../lib/section.ts";
import { findOwn } from "../../provider/flink/ownJobs.ts";
import { type Job, jobReport } from "../jobReport.ts";
import type { StateResource } from "../stateResources.ts";

/** The jobs of a stack, as the cluster's JobManager reports them. */
export async function describeJobs(
  stack: string,
  resources: readonly StateResource[],
  webUrl: string,
): Promise<Report> {
  const jobManager = new JobManager(webUrl);
  const jobs = resources.filter(({ type }) => type === "streaming:flink:SqlJob");
  const found = jobs.map(async ({ outputs = {} }): Promise<Job> => {
    const { job, jobId, owner } = outputs as { job: string; jobId: string; owner: string };
    const active = await findOwn(jobManager, { job, jobId, owner });
    return { job, state: active?.state ?? "lost", detail: active?.id ?? "" };
  });
  return jobReport(stack, await Promise.all(found), webUrl);
}

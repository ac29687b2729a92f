import { setTimeout as sleep } from "node:timers/promises";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { logLine } from "../process/supervisorLog.ts";
import { recordedJobs } from "./jobRecord.ts";
import { findOwn } from "./ownJobs.ts";
import { sqlJobHandler } from "./sqlJob.ts";
import type { SqlJobState } from "./sqlJobInputs.ts";

/*
 * Runs after a JobManager was started again, which has forgotten its jobs: resumes those that are noted down in a folder,
 * each from its newest checkpoint, as `up` does. What does not succeed is tried again until it does.
 */

const PAUSE_MS = 5_000;

const [directory = ""] = process.argv.slice(2);

// Whoever started this may be killed; the jobs are the concern of somebody else then.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();

/** @returns whether the job runs */
async function resume(job: SqlJobState): Promise<boolean> {
  try {
    if ((await findOwn(new JobManager(job.jobManagerUrl), job)) !== undefined) return true;
    const resumed = await sqlJobHandler.update(job.job, job, job);
    logLine(`job ${job.job} runs again, from ${resumed.startedFrom}`);
    return true;
  } catch (error) {
    logLine(`job ${job.job} does not run yet: ${(error as Error).message}`);
    return false;
  }
}

for (;;) {
  const running = await Promise.all(recordedJobs(directory).map(resume));
  if (running.every(Boolean)) break;
  await sleep(PAUSE_MS);
}

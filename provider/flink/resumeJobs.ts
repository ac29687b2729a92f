import { setTimeout as sleep } from "node:timers/promises";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { logLine } from "../process/supervisorLog.ts";
import { recordedJobs, recordJob } from "./jobRecord.ts";
import { findOwn } from "./ownJobs.ts";
import { sqlJobHandler } from "./sqlJob.ts";
import type { SqlJobState } from "./sqlJobInputs.ts";

/*
 * Runs after a restart of a JobManager, which has then forgotten its jobs: resumes those recorded in a folder, each
 * from its newest checkpoint, as `up` does. Failed attempts are repeated until they succeed.
 */

const PAUSE_MS = 5_000;

const [directory = ""] = process.argv.slice(2);

// If the parent is killed, this process must end: somebody else is then responsible for the jobs.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();

/** @returns whether the job is running */
async function resume(job: SqlJobState): Promise<boolean> {
  try {
    if ((await findOwn(new JobManager(job.jobManagerUrl), job)) !== undefined) return true;
    // What a user allowed for an `up` is not for a machine to use: an attempt that fails is repeated.
    const careful = { ...job, freshStart: false, disposableState: false };
    const resumed = await sqlJobHandler.update(job.job, careful, careful);
    const { jobId, state, startedFrom } = resumed;
    recordJob({ ...job, jobId, state, startedFrom });
    logLine(`job ${job.job} runs again, from ${startedFrom}`);
    return true;
  } catch (error) {
    logLine(`job ${job.job} does not run yet: ${(error as Error).message}`);
    return false;
  }
}

for (const file of recordedJobs(directory).unreadable) {
  logLine(`${file} cannot be read: the next \`up\` resumes its job`);
}
for (;;) {
  const running = await Promise.all(recordedJobs(directory).jobs.map(resume));
  if (running.every(Boolean)) break;
  await sleep(PAUSE_MS);
}

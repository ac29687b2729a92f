import type { Job } from "../../clients/flink/job.ts";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { isAway } from "../../clients/flink/restApi.ts";
import { latestCheckpoint } from "./checkpoints.ts";
import { recordJob } from "./jobRecord.ts";
import type { SqlJobInputs } from "./sqlJobInputs.ts";
import { withSentence } from "./withSentence.ts";

type Stoppable = Pick<Job, "id" | "allTasksRunning">;

/** Stops a job and records its state: nothing else names a savepoint once the JobManager is gone. */
export async function stopAndRecord(job: Stoppable, inputs: SqlJobInputs): Promise<string | undefined> {
  const from = await stop(job, inputs);
  if (from !== undefined) recordJob({ ...inputs, jobId: job.id, state: "FINISHED", startedFrom: from });
  return from;
}

/** Stops a job without losing anything: with a savepoint if possible, otherwise at its last checkpoint. */
export async function stop(job: Stoppable, inputs: SqlJobInputs): Promise<string | undefined> {
  const jobManager = new JobManager(inputs.jobManagerUrl);
  try {
    return (await stopWithSavepoint(jobManager, job)) ?? (await stopAtCheckpoint(jobManager, job, inputs));
  } catch (error) {
    throw isAway(error) ? withSentence(error, mayHaveStopped(inputs)) : error;
  }
}

async function stopWithSavepoint(
  jobManager: JobManager,
  { id, allTasksRunning }: Stoppable,
): Promise<string | undefined> {
  if (!allTasksRunning) return undefined;
  try {
    return await jobManager.stopWithSavepoint(id);
  } catch (error) {
    if (isAway(error)) throw error;
    // A sink or source is down: the last checkpoint holds the same state, slightly older.
    return undefined;
  }
}

async function stopAtCheckpoint(
  jobManager: JobManager,
  { id }: Stoppable,
  inputs: SqlJobInputs,
): Promise<string | undefined> {
  await jobManager.cancel(id);
  // Not earlier: until then, another checkpoint may complete and replace the newest one.
  return (await latestCheckpoint(inputs, id)) ?? (await jobManager.newestState(id))?.path;
}

const mayHaveStopped = ({ job }: SqlJobInputs) =>
  `The job ${job} may have stopped nevertheless: call \`up\` again.`;

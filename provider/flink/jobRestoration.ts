import { JobManager } from "../../clients/flink/jobManager.ts";
import { isAway } from "../../clients/flink/restApi.ts";
import { engineGone } from "../engineWatch.ts";
import { latestCheckpoint } from "./checkpoints.ts";
import { StartFailed, untilRunning } from "./jobProgress.ts";
import { recordJob } from "./jobRecord.ts";
import { type Origin, submitJob } from "./jobStart.ts";
import { findOwn } from "./ownJobs.ts";
import { COMMITTED_OFFSETS, type SqlJobInputs } from "./sqlJobInputs.ts";

/**
 * The state that a successor left that ran only for a moment: its newest checkpoint, or else what it was to start from.
 * It has removed what it started from, and written the results up to this one.
 */
export async function originLeftBy(inputs: SqlJobInputs, failure: unknown): Promise<Origin | undefined> {
  if (!(failure instanceof StartFailed)) return undefined;
  const { jobId, savepoint } = failure;
  const checkpoint = jobId === undefined ? undefined : await latestCheckpoint(inputs, jobId);
  if (checkpoint !== undefined) return { path: checkpoint };
  return savepoint === undefined ? undefined : { path: savepoint, partly: true };
}

interface Restoring {
  /** Whether to wait until it is running, as it was before. */
  readonly waits: boolean;
  readonly successor: SqlJobInputs;
  /** Why the successor did not start. */
  readonly error: unknown;
}

/**
 * Resumes the previous job where it was stopped, because its successor did not start.
 *
 * @returns whether it has been submitted, and runs if that was to be awaited; undefined if the successor may run
 */
export async function restore(
  former: SqlJobInputs,
  from: Origin | undefined,
  { waits, successor, error }: Restoring,
): Promise<boolean | undefined> {
  if (await mayRun(successor, error)) return undefined;
  try {
    const jobId = await submitJob(former, from);
    recordJob({ ...former, jobId, state: "RUNNING", startedFrom: from?.path ?? COMMITTED_OFFSETS });
    if (waits) await untilRunning(new JobManager(former.jobManagerUrl), jobId, former.tables);
    return true;
  } catch (failure) {
    // The error to report is that of the successor.
    if (!(failure instanceof StartFailed)) throw failure;
    return false;
  }
}

/**
 * Whether a successor that did not start may be running nevertheless, or be submitted yet. It must not get a twin: the
 * next run finds it.
 */
export async function mayRun(successor: SqlJobInputs, error: unknown): Promise<boolean> {
  if (engineGone.aborted || isAway(error)) return true;
  try {
    return (await findOwn(new JobManager(successor.jobManagerUrl), successor)) !== undefined;
  } catch {
    return true;
  }
}

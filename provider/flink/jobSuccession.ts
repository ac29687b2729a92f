import type { Job } from "../../clients/flink/job.ts";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { FlinkUnreachable } from "../../clients/flink/restApi.ts";
import { warn } from "../log.ts";
import { latestCheckpoint } from "./checkpoints.ts";
import {
  forgottenTransactionsWarning,
  hasForgottenTransactions,
  startWithoutTransactions,
} from "./forgottenTransactions.ts";
import { StartFailed } from "./jobProgress.ts";
import { recordJob } from "./jobRecord.ts";
import { checkpointOf, restore } from "./jobRestoration.ts";
import { startJob } from "./jobStart.ts";
import { COMMITTED_OFFSETS, type SqlJobInputs, type SqlJobState } from "./sqlJobInputs.ts";
import { stateProblem } from "./stateProblem.ts";

/*
 * How a job resumes from the state of its predecessor. If anything goes wrong, the job that ran before runs again.
 */

export type Started = Pick<SqlJobState, "jobId" | "state" | "startedFrom">;

/** Starts a job that has no state yet. */
export const start = async (inputs: SqlJobInputs): Promise<Started> =>
  running(await startJob(inputs, undefined), COMMITTED_OFFSETS);

/**
 * Starts a job where the previous one stopped.
 *
 * @param from its savepoint or checkpoint, if there is one
 * @param misfit why that state does not fit, according to the two plans
 * @throws if the state does not fit and must not be discarded
 */
export async function resumeFrom(
  inputs: SqlJobInputs,
  from: string | undefined,
  misfit: string | undefined,
): Promise<Started> {
  if (from === undefined) return start(inputs);
  if (misfit !== undefined) {
    refuseMisfit(inputs, misfit);
    return startAfresh(inputs, misfit);
  }
  try {
    return running(await startJob(inputs, { path: from }), from);
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    if (hasForgottenTransactions(error)) return resumeWithoutTransactions(inputs, from, error);
    if (mayGiveUpState(inputs, error)) return startAfresh(inputs, error.message);
    throw new StartFailed(
      `job ${inputs.job} does not start from its previous state (${from}): ${error.message}\n${wayOut(inputs)}`,
      error.trace,
      error.jobId,
    );
  }
}

/**
 * Stops a job and starts its successor.
 *
 * @param misfit why the job's state does not fit the successor, according to the two plans
 * @param former what the job was started with; the successor's inputs unless given
 */
export async function takeOver(
  job: Job,
  inputs: SqlJobInputs,
  misfit: string | undefined,
  former: SqlJobInputs = inputs,
): Promise<Started> {
  if (misfit !== undefined) refuseMisfit(inputs, misfit, KEEPS_RUNNING);
  const from = await stopAndRecord(job, former);
  try {
    return await resumeFrom(inputs, from, misfit);
  } catch (error) {
    const newest = misfit === undefined ? await checkpointOf(inputs, error) : undefined;
    const isBack = await restore(former, newest ?? from, {
      waits: job.allTasksRunning,
      successor: inputs,
      error,
    });
    throw withSentence(
      error,
      isBack ? KEEPS_RUNNING : "The previous statement does not run now: call `up` again.",
    );
  }
}

/**
 * Repairs a job that keeps failing although nothing changed, if possible.
 *
 * @throws the failure if that is not possible
 */
export async function repair(job: Job, inputs: SqlJobInputs, failure: StartFailed): Promise<Started> {
  const isForgotten = hasForgottenTransactions(failure);
  if (!isForgotten && !mayGiveUpState(inputs, failure)) {
    const isOfState = stateProblem(failure.trace) !== undefined;
    throw isOfState ? new Error(`${failure.message}\n${wayOut(inputs)}`) : failure;
  }
  const from = await stopAndRecord(job, inputs);
  try {
    return isForgotten && from !== undefined
      ? await resumeWithoutTransactions(inputs, from, failure)
      : await startAfresh(inputs, failure.message);
  } catch (error) {
    await restore(inputs, from, { waits: false, successor: inputs, error });
    throw error;
  }
}

async function resumeWithoutTransactions(
  inputs: SqlJobInputs,
  from: string,
  failure: StartFailed,
): Promise<Started> {
  try {
    const jobId = await startWithoutTransactions(inputs, from, failure.jobId ?? "");
    await warn(forgottenTransactionsWarning(inputs));
    return running(jobId, from);
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    if (inputs.freshStart) return startAfresh(inputs, error.message);
    throw new Error(`${error.message}\n${wayOut(inputs)}`);
  }
}

async function startAfresh(inputs: SqlJobInputs, why: string): Promise<Started> {
  const started = await start(inputs).catch((error: unknown) => {
    // Nothing may resume from its checkpoints, which lack the previous state.
    throw error instanceof StartFailed ? new StartFailed(error.message, error.trace) : error;
  });
  await warn(
    `job ${inputs.job} was started afresh from the committed offsets. It could not resume from its previous state ` +
      `(${why}): the content of open windows is lost`,
  );
  return started;
}

/** Stops a job and records its state: nothing else names a savepoint once the JobManager is gone. */
async function stopAndRecord(job: Job, inputs: SqlJobInputs): Promise<string | undefined> {
  const from = await stop(job, inputs);
  if (from !== undefined) recordJob({ ...inputs, jobId: job.id, state: "FINISHED", startedFrom: from });
  return from;
}

/** Stops a job without losing anything: with a savepoint if possible, otherwise at its last checkpoint. */
async function stop(job: Job, inputs: SqlJobInputs): Promise<string | undefined> {
  const jobManager = new JobManager(inputs.jobManagerUrl);
  if (job.allTasksRunning) {
    try {
      return await jobManager.stopWithSavepoint(job.id);
    } catch (error) {
      if (error instanceof FlinkUnreachable) throw error;
      // A sink or source is down: the last checkpoint holds the same state, slightly older.
    }
  }
  const remembered = await jobManager.newestState(job.id);
  await jobManager.cancel(job.id);
  return (await latestCheckpoint(inputs, job.id)) ?? remembered?.path;
}

function refuseMisfit(inputs: SqlJobInputs, misfit: string, more = ""): void {
  if (inputs.freshStart || inputs.disposableState) return;
  const refusal = `job ${inputs.job} cannot resume from its previous state, which does not fit: ${misfit}`;
  throw withSentence(new Error(`${refusal}\n${wayOut(inputs)}`), more);
}

const mayGiveUpState = (inputs: SqlJobInputs, failure: StartFailed) =>
  inputs.freshStart || (inputs.disposableState && stateProblem(failure.trace) !== undefined);

const KEEPS_RUNNING = "The previous statement keeps running.";

const wayOut = ({ freshStartSetting }: SqlJobInputs) =>
  `If the state does not fit the statement, ${freshStartSetting} allows a fresh start from the committed offsets: ` +
  "open windows are then lost.";

/** The error, with a sentence at the end of its message. */
function withSentence(error: unknown, sentence: string): unknown {
  if (error instanceof Error && sentence !== "") error.message += ` ${sentence}`;
  return error;
}

const running = (jobId: string, startedFrom: string): Started => ({ jobId, state: "RUNNING", startedFrom });

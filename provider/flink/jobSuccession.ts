import type { Job } from "../../clients/flink/job.ts";
import { warn } from "../log.ts";
import {
  forgottenTransactionsWarning,
  hasForgottenTransactions,
  startWithoutTransactions,
} from "./forgottenTransactions.ts";
import { AFTER_FAILURES, type Patience, StartFailed } from "./jobProgress.ts";
import { originLeftBy, restore } from "./jobRestoration.ts";
import { type Origin, startJob } from "./jobStart.ts";
import { stop, stopAndRecord } from "./jobStop.ts";
import { COMMITTED_OFFSETS, type SqlJobInputs, type SqlJobState } from "./sqlJobInputs.ts";
import { stateProblem } from "./stateProblem.ts";
import { withSentence } from "./withSentence.ts";

/*
 * How a job resumes from the state of its predecessor. If anything goes wrong, the job that ran before runs again.
 */

export type Started = Pick<SqlJobState, "jobId" | "state" | "startedFrom">;

/** Starts a job that has no state yet. */
export const start = async (inputs: SqlJobInputs, patience?: Patience): Promise<Started> =>
  running(await startJob(inputs, undefined, inputs, patience), COMMITTED_OFFSETS);

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
    if (mayGiveUpState(inputs, error)) return startAfresh(inputs, error.message, AFTER_FAILURES);
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
  // The state then belongs to a statement that nobody knows: nothing may resume from it.
  const isUnknown = misfit !== undefined && former === inputs;
  const from = await (isUnknown ? stop : stopAndRecord)(job, former);
  try {
    return await resumeFrom(inputs, from, misfit);
  } catch (error) {
    if (isUnknown) throw error;
    const newest = misfit === undefined ? await originLeftBy(inputs, error) : undefined;
    const isBack = await restore(former, newest ?? originAt(from), {
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
      : await startAfresh(inputs, failure.message, AFTER_FAILURES);
  } catch (error) {
    const newest = (await originLeftBy(inputs, error)) ?? originAt(from);
    const isBack = await restore(inputs, newest, { waits: false, successor: inputs, error });
    const mayRun = isBack === undefined;
    throw isBack
      ? error
      : withSentence(error, `The job ${mayRun ? "may" : "does"} not run now: call \`up\` again.`);
  }
}

async function resumeWithoutTransactions(
  inputs: SqlJobInputs,
  from: string,
  failure: StartFailed,
): Promise<Started> {
  try {
    const { jobId, savepoint } = await startWithoutTransactions(inputs, from, failure.jobId ?? "");
    await warn(forgottenTransactionsWarning(inputs));
    return running(jobId, savepoint);
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    if (inputs.freshStart) return startAfresh(inputs, error.message, AFTER_FAILURES);
    const { message, trace, jobId, savepoint } = error;
    throw new StartFailed(`${message}\n${wayOut(inputs)}`, trace, jobId, savepoint);
  }
}

async function startAfresh(inputs: SqlJobInputs, why: string, patience?: Patience): Promise<Started> {
  const started = await start(inputs, patience).catch((error: unknown) => {
    // Nothing may resume from its checkpoints, which lack the previous state.
    throw error instanceof StartFailed ? new StartFailed(error.message, error.trace) : error;
  });
  await warn(
    `job ${inputs.job} was started afresh from the committed offsets. It could not resume from its previous state ` +
      `(${why}): the content of open windows is lost`,
  );
  return started;
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

const originAt = (path: string | undefined): Origin | undefined =>
  path === undefined ? undefined : { path };

const running = (jobId: string, startedFrom: string): Started => ({ jobId, state: "RUNNING", startedFrom });

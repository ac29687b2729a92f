import { JobManager } from "../../clients/flink/jobManager.ts";
import { FlinkUnreachable } from "../../clients/flink/restApi.ts";
import { StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { warn } from "../log.ts";
import { changedKeys, type Problem, type ResourceHandler } from "../resource.ts";
import { latestCheckpoint } from "./checkpoints.ts";
import { StartFailed, untilRunning } from "./jobProgress.ts";
import { asSubmittedLast, forgetJob, recordJob } from "./jobRecord.ts";
import { mayRun, originLeftBy } from "./jobRestoration.ts";
import { explain } from "./jobStart.ts";
import { repair, resumeFrom, start, takeOver } from "./jobSuccession.ts";
import { findForDeletion, locateJob } from "./locateJob.ts";
import { findOwn, purposeOf, refuseNamesake } from "./ownJobs.ts";
import { stateDifference } from "./plan.ts";
import { topicChange } from "./sourceTopics.ts";
import { COMMITTED_OFFSETS, type SqlJobInputs, type SqlJobState } from "./sqlJobInputs.ts";

/** Changing one of these requires a restart of the job, unless its cluster only answers at other addresses. */
const RESTARTING = ["tables", "statement", "settings", "parallelism", "gatewayUrl", "jobManagerUrl"] as const;

/** These are only recorded with the job: others start it again as they say. */
const RECORDED = [
  "owner",
  "incarnation",
  "checkpointDirectory",
  "recordDirectory",
  "freshStart",
  "disposableState",
] as const;

export const sqlJobHandler: ResourceHandler<SqlJobInputs, SqlJobState> = {
  check(inputs) {
    const problems: Problem[] = [];
    if (!(Number.isInteger(inputs.parallelism) && inputs.parallelism >= 1)) {
      problems.push({
        property: "parallelism",
        reason: `${inputs.parallelism} is not a whole number of at least 1`,
      });
    }
    if (!/^\s*(--.*\n\s*)*INSERT\s/i.test(inputs.statement ?? "")) {
      problems.push({ property: "statement", reason: "it must be a single INSERT statement" });
    }
    return problems;
  },

  async diff(state, inputs) {
    const replaces = changedKeys(["job"], state, inputs);
    const keys = [...RESTARTING, ...RECORDED] as const;
    const changed = [state, asSubmittedLast(state)].flatMap((former) => changedKeys(keys, former, inputs));
    if (replaces.length > 0 || changed.length > 0) return { changed: true, replaces };
    return { changed: (await stateNow(state)).state !== "RUNNING" };
  },

  async create(inputs) {
    const jobManager = new JobManager(inputs.jobManagerUrl);
    await refuseNamesake(jobManager, inputs);
    // Left by an `up` that was interrupted after submitting the job and before recording it.
    const leftover = await findOwn(jobManager, inputs);
    if (leftover === undefined) return created({ ...inputs, ...(await start(inputs)) });
    await explain(inputs, inputs);
    const { hasStatement, hasTopics } = await purposeOf(jobManager, leftover, inputs);
    if (!hasTopics) {
      const successor = await takeOver(leftover, withoutUseForState(inputs), "it is about other topics");
      return created({ ...inputs, ...successor });
    }
    const misfit = hasStatement ? undefined : "it was written for another statement";
    return created({ ...inputs, ...(await takeOver(leftover, inputs, misfit)) });
  },

  async read(_id, state) {
    return { ...state, ...(await stateNow(state)) };
  },

  async update(_id, former, inputs) {
    const { state, running } = await locateJob(asSubmittedLast(former), inputs);
    const jobManager = new JobManager(inputs.jobManagerUrl);
    const unchanged = changedKeys(RESTARTING, state as SqlJobInputs, inputs).length === 0;
    if (running !== undefined && unchanged) {
      const failures = await jobManager.failures(running.id);
      try {
        await untilRunning(jobManager, running.id, inputs.tables, failures);
        return recordJob({ ...inputs, jobId: running.id, state: "RUNNING", startedFrom: state.startedFrom });
      } catch (error) {
        if (!(error instanceof StartFailed)) throw error;
        return recordJob({ ...inputs, ...(await repair(running, inputs, error)) });
      }
    }
    await refuseNamesake(jobManager, inputs, running?.id);
    // A statement that Flink rejects must not stop the running job. If nothing changed, the job is lost, and its
    // statement is planned when it resumes.
    const unfit = unchanged ? undefined : await misfitOf(state, inputs);
    const moved = topicChange(state.tables, inputs.tables);
    const misfit = moved ?? unfit;
    const wanted = moved === undefined ? inputs : withoutUseForState(inputs);
    if (running !== undefined)
      return recordJob({ ...inputs, ...(await takeOver(running, wanted, misfit, state)) });
    const from = await lastState(state);
    if (from === undefined) await warn(unknownStateWarning(inputs));
    try {
      return recordJob({ ...inputs, ...(await resumeFrom(wanted, from, misfit)) });
    } catch (error) {
      if (!unchanged && !(await mayRun(inputs, error))) {
        const newest = misfit === undefined ? await originLeftBy(inputs, error) : undefined;
        // The JobManager may still name the former job's own checkpoints, which are gone then.
        const jobId = error instanceof StartFailed ? error.jobId : undefined;
        recordJob({
          ...state,
          ...(newest && { startedFrom: newest.path }),
          ...(newest && jobId && { jobId }),
        });
      }
      throw error;
    }
  },

  async delete(_id, state) {
    const last = asSubmittedLast(state);
    const job = await findForDeletion(last);
    forgetJob(state);
    if (job !== undefined) await new JobManager(last.jobManagerUrl).cancel(job.id);
  },
};

/** A user who names another topic has no use for the state, which is about the former one. */
const withoutUseForState = (inputs: SqlJobInputs): SqlJobInputs => ({ ...inputs, disposableState: true });

/** Why the previous statement's state does not fit the changed one; undefined if it does. */
async function misfitOf(state: SqlJobState, inputs: SqlJobInputs): Promise<string | undefined> {
  const wanted = await explain(inputs, inputs);
  try {
    return stateDifference(await explain(inputs, state), wanted);
  } catch (error) {
    if (error instanceof StatementFailed) return `its statement can no longer be planned: ${error.message}`;
    throw error;
  }
}

/** The state from which an ended or lost job can resume: its newest checkpoint, or else the state it started from. */
async function lastState(state: SqlJobState): Promise<string | undefined> {
  const { jobManagerUrl, jobId, startedFrom } = state;
  const remembered = await new JobManager(jobManagerUrl).newestState(jobId);
  if (remembered?.isSavepoint) return remembered.path;
  return (
    (await latestCheckpoint(state, jobId)) ??
    remembered?.path ??
    (startedFrom === COMMITTED_OFFSETS ? undefined : startedFrom)
  );
}

/** The job's current state; LOST if the JobManager does not know it or does not answer. */
async function stateNow(state: SqlJobState): Promise<Pick<SqlJobState, "jobId" | "state">> {
  try {
    const last = asSubmittedLast(state);
    const job = await findOwn(new JobManager(last.jobManagerUrl), last);
    return { jobId: job?.id ?? state.jobId, state: job?.state ?? "LOST" };
  } catch (error) {
    if (!(error instanceof FlinkUnreachable)) throw error;
    return { jobId: state.jobId, state: "LOST" };
  }
}

const unknownStateWarning = ({ job }: SqlJobInputs) =>
  `job ${job} was lost, and no checkpoint of it was found. It starts from the committed offsets: the content of windows ` +
  "that were open, if there were any, is lost";

const created = (state: SqlJobState) => ({ id: state.job, state: recordJob(state) });

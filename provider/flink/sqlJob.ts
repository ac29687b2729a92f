import { changedKeys, type Problem, type ResourceHandler } from "../resource.ts";
import { type CheckpointFolder, latestCheckpoint } from "./checkpoints.ts";
import { type Job, JobManager, type JobState } from "./jobManager.ts";
import { explain, StartFailed, startJob, untilRunning } from "./jobStart.ts";
import { Unreachable } from "./restApi.ts";

export interface SqlJobInputs extends CheckpointFolder {
  /** The SQL Gateway, which plans and submits. */
  readonly gatewayUrl: string;
  /** The JobManager's REST API, which knows how jobs are. */
  readonly jobManagerUrl: string;
  /** The job's name, unique in the cluster. */
  readonly job: string;
  /** CREATE TABLE statements, executed in this order. They may hold credentials: pass them as secrets. */
  readonly tables: readonly string[];
  /** One INSERT. */
  readonly statement: string;
  /** Flink settings of this job. */
  readonly settings: Record<string, string>;
  readonly parallelism: number;
  /** Opaque. When it changes the cluster was started anew, and the job may have to be, too. */
  readonly incarnation: string;
  /** Start without the former state where that does not fit, from the committed offsets. */
  readonly freshStart: boolean;
  /** The setting that turns `freshStart` on, for the message. */
  readonly freshStartSetting: string;
}

export interface SqlJobState extends SqlJobInputs {
  readonly jobId: string;
  readonly state: JobState | "LOST";
  /** The savepoint or checkpoint that it was started from, or "committed offsets". */
  readonly startedFrom: string;
}

/** A change of one of these needs the job to be started anew. */
const RESTARTING = ["tables", "statement", "settings", "parallelism", "gatewayUrl", "jobManagerUrl"] as const;
const COMMITTED_OFFSETS = "committed offsets";

export const sqlJobHandler: ResourceHandler<SqlJobInputs, SqlJobState> = {
  check(inputs) {
    const problems: Problem[] = [];
    if (!(Number.isInteger(inputs.parallelism) && inputs.parallelism >= 1)) {
      problems.push({
        property: "parallelism",
        reason: `${inputs.parallelism} is not a whole number from 1`,
      });
    }
    if (!/^\s*(--.*\n\s*)*INSERT\s/i.test(inputs.statement ?? "")) {
      problems.push({ property: "statement", reason: "one INSERT statement is needed" });
    }
    return problems;
  },

  async diff(state, inputs) {
    const replaces = changedKeys(["job"], state, inputs);
    const changed = changedKeys(
      [...RESTARTING, "incarnation", "checkpointDirectory", "checkpointContainer"],
      state,
      inputs,
    );
    if (replaces.length > 0 || changed.length > 0) return { changed: true, replaces };
    return { changed: (await stateNow(state)).state !== "RUNNING" };
  },

  async create(inputs) {
    const jobManager = new JobManager(inputs.jobManagerUrl);
    // Left by an `up` that was interrupted between the submission and its being noted down.
    const leftover = await jobManager.activeJobNamed(inputs.job);
    if (leftover !== undefined) await explain(inputs);
    const from = leftover && (await stop(leftover, inputs));
    return { id: inputs.job, state: { ...inputs, ...(await startOrSayWhy(inputs, from)) } };
  },

  async read(_id, state) {
    return { ...state, ...(await stateNow(state)) };
  },

  async update(_id, state, inputs) {
    const running = await find(state);
    const unchanged = changedKeys(RESTARTING, state as SqlJobInputs, inputs).length === 0;
    if (running !== undefined && unchanged) {
      const jobManager = new JobManager(inputs.jobManagerUrl);
      const former = await jobManager.failures(running.id);
      await untilRunning(jobManager, running.id, inputs.tables, former);
      return { ...inputs, jobId: running.id, state: "RUNNING", startedFrom: state.startedFrom };
    }
    // A statement that Flink does not understand must not cost the running one its place.
    await explain(inputs);
    const from = running === undefined ? await lastState(state) : await stop(running, state);
    try {
      return { ...inputs, ...(await startOrSayWhy(inputs, from)) };
    } catch (error) {
      // Whatever is wrong with the change, the former statement fits its own state: nothing stands still.
      if (!unchanged && running !== undefined) await startJob(state, from);
      throw error;
    }
  },

  async delete(_id, state) {
    const job = await find(state);
    if (job !== undefined) await new JobManager(state.jobManagerUrl).cancel(job.id);
  },
};

/** Where a job that has ended or was lost can go on: its newest checkpoint, else what it was started from itself. */
async function lastState(state: SqlJobState) {
  const { jobManagerUrl, jobId, startedFrom } = state;
  return (
    (await new JobManager(jobManagerUrl).lastSavepoint(jobId)) ??
    (await latestCheckpoint(state, jobId)) ??
    (startedFrom === COMMITTED_OFFSETS ? undefined : startedFrom)
  );
}

/** What the JobManager says of the job now; LOST where it does not know it, or does not answer. */
async function stateNow(state: SqlJobState): Promise<Pick<SqlJobState, "jobId" | "state">> {
  try {
    const job = await find(state);
    return { jobId: job?.id ?? state.jobId, state: job?.state ?? "LOST" };
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return { jobId: state.jobId, state: "LOST" };
  }
}

/** The job by its id, else by its name; undefined where neither is active. */
async function find(state: SqlJobState): Promise<Job | undefined> {
  const jobManager = new JobManager(state.jobManagerUrl);
  return (await jobManager.activeJob(state.jobId)) ?? jobManager.activeJobNamed(state.job);
}

/** Stops a job so that nothing is lost: with a savepoint, or else at its last checkpoint. */
async function stop(job: Job, inputs: SqlJobInputs): Promise<string | undefined> {
  const jobManager = new JobManager(inputs.jobManagerUrl);
  if (job.allTasksRunning) {
    try {
      return await jobManager.stopWithSavepoint(job.id);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      // A sink or source that is away: the last checkpoint holds the same state, a little older.
    }
  }
  await jobManager.cancel(job.id);
  return latestCheckpoint(inputs, job.id);
}

async function startOrSayWhy(inputs: SqlJobInputs, from: string | undefined): Promise<Started> {
  try {
    return await start(inputs, from);
  } catch (error) {
    if (from === undefined || !(error instanceof StartFailed)) throw error;
    if (inputs.freshStart) return await start(inputs, undefined);
    throw new Error(
      `job ${inputs.job} does not start from its former state (${from}): ${error.message}\n` +
        `The former statement goes on. If the state does not fit the changed one, ${inputs.freshStartSetting} ` +
        "allows a fresh start from the committed offsets: open windows are then lost.",
    );
  }
}

type Started = Pick<SqlJobState, "jobId" | "state" | "startedFrom">;

async function start(inputs: SqlJobInputs, from: string | undefined): Promise<Started> {
  const jobId = await startJob(inputs, from);
  return { jobId, state: "RUNNING", startedFrom: from ?? COMMITTED_OFFSETS };
}

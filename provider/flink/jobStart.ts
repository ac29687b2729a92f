import { createHash, randomBytes } from "node:crypto";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { SqlSession, StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { atMost } from "../../lib/atMost.ts";
import { firstAlone } from "../../lib/firstAlone.ts";
import { engineGone } from "../engineWatch.ts";
import { type Patience, StartFailed, untilRunning } from "./jobProgress.ts";
import { recordJob } from "./jobRecord.ts";
import { jobsNamed, labelling } from "./ownJobs.ts";
import type { SqlJobInputs } from "./sqlJobInputs.ts";
import { stateProblem } from "./stateProblem.ts";

/**
 * How many statements are planned at a time. Planning takes a core for a second or more. If all were planned at once,
 * the first job would start as late as the last one.
 */
const planned = atMost(2);

/**
 * The first new job of a run has the cluster to itself: the others need the classes that it loads, and its first
 * results arrive seconds earlier. A healthy cluster starts it within ten seconds. The engine creates jobs in no certain
 * order, at one moment.
 */
const newJob = firstAlone({ limitMs: 15_000, patienceMs: 1_000 });

/**
 * Has Flink parse and plan the job's SQL without running it.
 *
 * @returns the output of EXPLAIN
 * @throws StatementFailed if Flink rejects it
 */
export async function explain(
  { gatewayUrl }: Pick<SqlJobInputs, "gatewayUrl">,
  { settings, tables, statement }: Pick<SqlJobInputs, "settings" | "tables" | "statement">,
): Promise<string> {
  return inSession({ gatewayUrl, tables }, settings, async (session) => {
    const [row] = await session.execute(`EXPLAIN ${statement}`);
    return String(row?.[0]);
  });
}

/**
 * Into how many parts a job divides its state. It is divisible by most of the parallelisms that the settings allow, up
 * to 16. With Flink's default of 128, each checkpoint goes through 128 parts of every state: a third of an idle
 * TaskManager's CPU time.
 */
const MAX_PARALLELISM = "48";

/** Source: PipelineOptionsInternal in flink-core */
const JOB_ID = "$internal.pipeline.job-id";

/** The state that a job starts from. */
export interface Origin {
  /** A savepoint or checkpoint. */
  readonly path: string;
  /** Whether to drop state that no operator of the statement uses; otherwise it is an error. */
  readonly partly?: boolean;
}

/**
 * Submits the job and waits until every task is running; if that fails, cancels it. A job with a predecessor continues
 * if the engine was killed: it may have removed the state that it started from. The next run finds it.
 *
 * @param from if absent, the sources start at their group's committed offsets
 * @param recorded what to record, if not the job itself
 * @param patience how long it must run, and how long it may take
 * @returns the job's id
 * @throws StartFailed if the job or its state is rejected, or it does not run
 */
export function startJob(
  inputs: SqlJobInputs,
  from: Origin | undefined,
  recorded: SqlJobInputs = inputs,
  patience?: Patience,
): Promise<string> {
  const run = () => submitAndWait(inputs, from, recorded, patience);
  return from === undefined ? newJob(run, { isPreferred: inputs.startsFirst ?? false }) : run();
}

async function submitAndWait(
  inputs: SqlJobInputs,
  from: Origin | undefined,
  recorded: SqlJobInputs,
  patience: Patience | undefined,
): Promise<string> {
  const jobId = await submitJob(inputs, from, recorded);
  const jobManager = new JobManager(inputs.jobManagerUrl);
  try {
    await untilRunning(jobManager, jobId, inputs.tables, [], patience);
    await cancelTwins(jobManager, inputs, jobId);
    // What it has caught up on is committed with a checkpoint. If this request fails, the next one is soon due anyway.
    if (from !== undefined) await jobManager.checkpoint(jobId).catch(() => {});
  } catch (error) {
    // Without an engine, the next run finds it: it may have removed the state that it started from.
    const isFoundAgain = engineGone.aborted && from !== undefined && recorded === inputs;
    // Whoever restores the previous job finds out whether it worked.
    if (!isFoundAgain) await jobManager.cancel(jobId).catch(() => {});
    throw error;
  }
  return jobId;
}

/**
 * Submits the job without waiting for it. If several runs submit it from the same state, it is started once: the others
 * would write again what the first has written. A run that was killed counts too, because the gateway submits what it
 * has begun to plan.
 *
 * It is recorded before it is submitted: its first checkpoint removes the state that it starts from, so whoever starts
 * it next must know its id.
 *
 * @returns the job's id
 * @throws StartFailed if the statement or the state is rejected
 */
export async function submitJob(
  inputs: SqlJobInputs,
  from: Origin | undefined,
  recorded = inputs,
): Promise<string> {
  if (from === undefined) return submit(inputs, from);
  const submitAs = (jobId: string) => {
    recordJob({ ...recorded, jobId, state: "RUNNING", startedFrom: from.path });
    return submit(inputs, from, jobId);
  };
  const jobId = successorId(inputs, from);
  try {
    return await submitAs(jobId);
  } catch (error) {
    if (!(error instanceof StartFailed && error.trace.includes("DuplicateJobSubmissionException")))
      throw error;
    const isActive = (await new JobManager(inputs.jobManagerUrl).activeJob(jobId)) !== undefined;
    // A JobManager refuses the id of a job that has ended, such as a former attempt's.
    return isActive ? jobId : submitAs(randomBytes(16).toString("hex"));
  }
}

/** An id that depends only on what is started, and from which state. */
function successorId({ tables, statement, settings, parallelism }: SqlJobInputs, from: Origin): string {
  const job = JSON.stringify([tables, statement, settings, parallelism, from]);
  return createHash("sha256").update(job).digest("hex").slice(0, 32);
}

async function submit(inputs: SqlJobInputs, from: Origin | undefined, jobId?: string): Promise<string> {
  const settings = {
    ...inputs.settings,
    ...labelling(inputs),
    "pipeline.name": inputs.job,
    "parallelism.default": String(inputs.parallelism),
    ...(jobId !== undefined && { [JOB_ID]: jobId }),
    // A job with state keeps its number of parts.
    ...(from === undefined && { "pipeline.max-parallelism": MAX_PARALLELISM }),
    ...(from !== undefined && {
      "execution.state-recovery.path": from.path,
      // The job takes ownership of the state that it starts from and removes it when it is no longer needed.
      "execution.state-recovery.claim-mode": "CLAIM",
      "execution.state-recovery.ignore-unclaimed-state": String(from.partly ?? false),
    }),
  };
  return inSession(inputs, settings, async (session) => {
    try {
      const [row] = await session.execute(inputs.statement);
      return String(row?.[0]);
    } catch (error) {
      if (!(error instanceof StatementFailed)) throw error;
      throw new StartFailed(stateProblem(error.message) ?? error.message, error.message);
    }
  });
}

/** Opens a session with the tables for one statement, once it is the statement's turn to be planned. */
function inSession(
  { gatewayUrl, tables }: Pick<SqlJobInputs, "gatewayUrl" | "tables">,
  settings: Record<string, string>,
  use: (session: SqlSession) => Promise<string>,
): Promise<string> {
  const run = async (session: SqlSession) => {
    for (const table of tables) await session.execute(table);
    return use(session);
  };
  return planned(() => SqlSession.with(gatewayUrl, settings, run, engineGone));
}

/** Cancels our other jobs of the same name, left by an interrupted run: two jobs would write everything twice. */
async function cancelTwins(jobManager: JobManager, inputs: SqlJobInputs, jobId: string): Promise<void> {
  const { ours } = await jobsNamed(jobManager, inputs);
  for (const { id } of ours) {
    if (id !== jobId) await jobManager.cancel(id);
  }
}

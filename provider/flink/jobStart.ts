import { JobManager } from "../../clients/flink/jobManager.ts";
import { SqlSession, StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { engineGone } from "../engineWatch.ts";
import { StartFailed, untilRunning } from "./jobProgress.ts";
import { jobsNamed, labelling } from "./ownJobs.ts";
import type { SqlJobInputs } from "./sqlJobInputs.ts";
import { stateProblem } from "./stateProblem.ts";

/**
 * Lets Flink parse and plan the job's SQL without running it.
 *
 * @returns the plan, as EXPLAIN words it
 * @throws with Flink's own words where it does not understand it
 */
export async function explain(
  { gatewayUrl }: Pick<SqlJobInputs, "gatewayUrl">,
  { settings, tables, statement }: Pick<SqlJobInputs, "settings" | "tables" | "statement">,
): Promise<string> {
  return SqlSession.with(
    gatewayUrl,
    settings,
    async (session) => {
      for (const table of tables) await session.execute(table);
      const [row] = await session.execute(`EXPLAIN ${statement}`);
      return String(row?.[0]);
    },
    engineGone,
  );
}

/** What a job starts from. */
export interface Origin {
  /** A savepoint or checkpoint. */
  readonly path: string;
  /** Whether what the statement has no operator for is left behind; an error unless given. */
  readonly partly?: boolean;
}

/**
 * Submits the job and waits until every task runs; when it does not, it is canceled.
 *
 * @param from without it the sources start at their group's committed offsets
 * @returns the job's id
 * @throws StartFailed when the job, or what it is to start from, is refused, or it does not come to run
 */
export async function startJob(inputs: SqlJobInputs, from: Origin | undefined): Promise<string> {
  const jobId = await submitJob(inputs, from);
  const jobManager = new JobManager(inputs.jobManagerUrl);
  try {
    await untilRunning(jobManager, jobId, inputs.tables);
    await cancelTwins(jobManager, inputs, jobId);
  } catch (error) {
    await jobManager.cancel(jobId);
    throw error;
  }
  return jobId;
}

/**
 * Submits the job, and leaves it to itself.
 *
 * @returns the job's id
 * @throws StartFailed when the statement, or the state that it is to start from, is refused
 */
export async function submitJob(inputs: SqlJobInputs, from: Origin | undefined): Promise<string> {
  const settings = {
    ...inputs.settings,
    ...labelling(inputs),
    "pipeline.name": inputs.job,
    "parallelism.default": String(inputs.parallelism),
    ...(from !== undefined && {
      "execution.state-recovery.path": from.path,
      // The job owns what it starts from and removes it when it is no longer needed.
      "execution.state-recovery.claim-mode": "CLAIM",
      "execution.state-recovery.ignore-unclaimed-state": String(from.partly ?? false),
    }),
  };
  return SqlSession.with(
    inputs.gatewayUrl,
    settings,
    async (session) => {
      for (const table of inputs.tables) await session.execute(table);
      try {
        const [row] = await session.execute(inputs.statement);
        return String(row?.[0]);
      } catch (error) {
        if (!(error instanceof StatementFailed)) throw error;
        throw new StartFailed(stateProblem(error.message) ?? error.message, error.message);
      }
    },
    engineGone,
  );
}

/** Ends our own jobs of the same name, which an interrupted run may have submitted: two would write everything twice. */
async function cancelTwins(jobManager: JobManager, inputs: SqlJobInputs, jobId: string): Promise<void> {
  const { ours } = await jobsNamed(jobManager, inputs);
  for (const { id } of ours) {
    if (id !== jobId) await jobManager.cancel(id);
  }
}

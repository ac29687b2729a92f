import { setTimeout as sleep } from "node:timers/promises";
import { engineGone } from "../engineWatch.ts";
import { type Failure, JobManager } from "./jobManager.ts";
import { rootCause } from "./rootCause.ts";
import { serviceProblem } from "./serviceProblem.ts";
import { SqlSession, StatementFailed } from "./sqlGateway.ts";
import type { SqlJobInputs } from "./sqlJob.ts";

const START_MS = 60_000;
const POLL_MS = 250;
/** A job that cannot work often runs for a moment before it fails, for example where its topic is missing. */
const SETTLED_MS = 1_000;
/** A job that failed this often at its start does not recover by itself. */
const FAILURES = 3;

/**
 * Lets Flink parse and plan the job's SQL without running it.
 *
 * @throws with Flink's own words where it does not understand it
 */
export async function explain({ gatewayUrl, settings, tables, statement }: SqlJobInputs): Promise<void> {
  await SqlSession.with(gatewayUrl, settings, async (session) => {
    for (const table of tables) await session.execute(table);
    await session.execute(`EXPLAIN ${statement}`);
  });
}

/**
 * Submits the job and waits until every task runs.
 *
 * @param from savepoint or checkpoint; without it the sources start at their group's committed offsets
 * @returns the job's id
 */
export async function startJob(inputs: SqlJobInputs, from: string | undefined): Promise<string> {
  const settings = {
    ...inputs.settings,
    "pipeline.name": inputs.job,
    "parallelism.default": String(inputs.parallelism),
    ...(from !== undefined && {
      "execution.state-recovery.path": from,
      // The job owns what it starts from and removes it when it is no longer needed.
      "execution.state-recovery.claim-mode": "CLAIM",
    }),
  };
  const jobId = await SqlSession.with(inputs.gatewayUrl, settings, async (session) => {
    for (const table of inputs.tables) await session.execute(table);
    return submit(session, inputs.statement);
  });
  const jobManager = new JobManager(inputs.jobManagerUrl);
  try {
    await untilRunning(jobManager, jobId, inputs.tables);
    await cancelTwins(jobManager, inputs.job, jobId);
  } catch (error) {
    await jobManager.cancel(jobId);
    throw error;
  }
  return jobId;
}

/** @throws StartFailed when the statement, or the state that it is to start from, is refused */
async function submit(session: SqlSession, statement: string): Promise<string> {
  try {
    const [row] = await session.execute(statement);
    return String(row?.[0]);
  } catch (error) {
    throw error instanceof StatementFailed ? new StartFailed(error.message) : error;
  }
}

/** Ends jobs of the same name, which an interrupted run may have submitted: two would write everything twice. */
async function cancelTwins(jobManager: JobManager, name: string, jobId: string): Promise<void> {
  for (const { id } of await jobManager.activeJobsNamed(name)) {
    if (id !== jobId) await jobManager.cancel(id);
  }
}

/**
 * Waits until every task of a job runs.
 *
 * @param tables its CREATE TABLE statements
 * @param former what has failed before, which does not count: its cause may be gone
 * @throws StartFailed with the root cause when the job fails, keeps failing, or does not run in time
 */
export async function untilRunning(
  jobManager: JobManager,
  jobId: string,
  tables: readonly string[],
  former: readonly Failure[] = [],
): Promise<void> {
  const giveUpAt = Date.now() + START_MS;
  const formerAt = former[0]?.at ?? 0;
  let runningSince: number | undefined;
  for (;;) {
    engineGone.throwIfAborted();
    const job = await jobManager.job(jobId);
    const runs = job?.state === "RUNNING" && job.allTasksRunning;
    runningSince = runs ? (runningSince ?? Date.now()) : undefined;
    if (runningSince !== undefined && Date.now() - runningSince >= SETTLED_MS) return;
    const failures = (await jobManager.failures(jobId)).filter(({ at }) => at > formerAt);
    if (job?.state === "FAILED" || failures.length >= FAILURES || Date.now() > giveUpAt) {
      const why =
        (failures[0] && causeOf(failures[0], tables)) ??
        `it is still ${job?.state ?? "unknown to the JobManager"}; are there enough task slots?`;
      throw new StartFailed(`job ${job?.name ?? jobId} does not run: ${why}`);
    }
    await sleep(POLL_MS);
  }
}

const causeOf = ({ trace }: Failure, tables: readonly string[]) =>
  serviceProblem(trace, tables) ?? rootCause(trace);

/** The job was refused, or was submitted and does not run. */
export class StartFailed extends Error {}

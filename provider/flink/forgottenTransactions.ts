import { JobManager } from "../../clients/flink/jobManager.ts";
import { StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { StartFailed } from "./jobProgress.ts";
import { explain, startJob } from "./jobStart.ts";
import { stop } from "./jobStop.ts";
import { stateDifference } from "./plan.ts";
import type { SqlJobInputs } from "./sqlJobInputs.ts";

/**
 * Whether a job failed because Kafka no longer knows the transactions in its checkpoint. Flink commits them again when
 * it restores the checkpoint. Kafka remembers their ids for transactional.id.expiration.ms after they end and then
 * refuses permanently.
 */
export const hasForgottenTransactions = ({ trace }: StartFailed) =>
  trace.includes("InvalidPidMappingException");

/** The warning for the user once such a job is running again. */
export const forgottenTransactionsWarning = ({ job }: SqlJobInputs) =>
  `job ${job} was stopped for longer than Kafka remembers transactions (transactional.id.expiration.ms). It resumes ` +
  "from its last checkpoint, with its windows and its position in the stream. Nothing is lost unless it was stopped " +
  "between a checkpoint and its commit: in that case, Kafka has aborted what was written in the last checkpoint interval";

/**
 * Starts a job from a checkpoint without the transactions in it.
 *
 * They are the state of the sink's committer, which Flink finds by its place in the plan. The job therefore runs
 * briefly with an extra operator in front of its sink. This moves only the sink, whose state is dropped. Then the
 * original job resumes from a savepoint of this intermediate one.
 *
 * @param failed id of the job with the same statement that could not resume
 * @returns the job's id, and the savepoint that it started from
 * @throws StartFailed if this is impossible for the statement, or the job does not start; the checkpoint may be gone then
 */
export async function startWithoutTransactions(
  inputs: SqlJobInputs,
  from: string,
  failed: string,
): Promise<{ jobId: string; savepoint: string }> {
  const jobManager = new JobManager(inputs.jobManagerUrl);
  const stopover = { ...inputs, statement: await withAnotherPlaceForItsSink(inputs) };
  const stopoverId = await startJob(stopover, { path: from, partly: true }, inputs);
  const places = await jobManager.vertices(stopoverId);
  const missing = (await jobManager.vertices(failed)).filter((vertex) => !places.includes(vertex));
  if (missing.length > 0) {
    await jobManager.cancel(stopoverId);
    throw impossible(inputs, `${missing.length} of its vertices would lose their state`, stopoverId);
  }
  const savepoint = (await stop({ id: stopoverId, allTasksRunning: true }, inputs)) ?? from;
  try {
    return { jobId: await startJob(inputs, { path: savepoint, partly: true }), savepoint };
  } catch (error) {
    if (!(error instanceof StartFailed)) throw error;
    throw new StartFailed(error.message, error.trace, error.jobId, savepoint);
  }
}

/**
 * The statement with an extra operator in front of its sink that passes each row on unchanged.
 *
 * @throws StartFailed if the rest of the plan would change
 */
export async function withAnotherPlaceForItsSink(inputs: SqlJobInputs): Promise<string> {
  const plan = await explain(inputs, inputs);
  const [, insert, query] = INSERT.exec(inputs.statement) ?? [];
  const fields = /^Sink\(.*\bfields=\[(.*)\]\)$/m.exec(plan)?.[1]?.split(", ") ?? [];
  if (insert === undefined || fields.length === 0)
    throw impossible(inputs, "it is not a plain INSERT INTO … SELECT");
  const columns = fields.map((_, index) => `column_${index}`).join(", ");
  // The planner would turn a constant array into a join.
  const statement = `${insert} SELECT ${columns} FROM (\n${query}\n) AS wanted (${columns})
    CROSS JOIN UNNEST(ARRAY[column_0]) AS once (passed)`;
  const changed = await explain(inputs, { ...inputs, statement }).catch((error: unknown) => {
    throw error instanceof StatementFailed ? impossible(inputs, error.message) : error;
  });
  const difference = stateDifference(plan, changed);
  if (difference !== undefined) throw impossible(inputs, difference);
  return statement;
}

function impossible({ job }: SqlJobInputs, why: string, jobId?: string): StartFailed {
  const words = `job ${job} does not run: Kafka has forgotten its transactions, and it cannot resume without them: ${why}`;
  return new StartFailed(words, undefined, jobId);
}

const INSERT = /^((?:\s*--.*\n)*\s*INSERT\s+INTO\s+\S+)\s+((?:SELECT|WITH)\b[\s\S]*?)[\s;]*$/i;

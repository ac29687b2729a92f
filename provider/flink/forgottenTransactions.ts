import { JobManager } from "../../clients/flink/jobManager.ts";
import { StatementFailed } from "../../clients/flink/sqlGateway.ts";
import { StartFailed } from "./jobProgress.ts";
import { explain, startJob } from "./jobStart.ts";
import { stateDifference } from "./plan.ts";
import type { SqlJobInputs } from "./sqlJobInputs.ts";

/**
 * Whether a job failed because Kafka no longer knows the transactions that its checkpoint names. Flink commits them
 * once more when it restores the checkpoint; Kafka knows their ids for transactional.id.expiration.ms after it ended
 * them, and then refuses, for ever.
 */
export const hasForgottenTransactions = ({ trace }: StartFailed) =>
  trace.includes("InvalidPidMappingException");

/** What is said to the user once such a job runs again. */
export const forgottenTransactionsWarning = ({ job }: SqlJobInputs) =>
  `job ${job} stood still for longer than Kafka remembers transactions (transactional.id.expiration.ms). It goes on ` +
  "from its last checkpoint, with its windows and its place in the stream. Nothing is lost unless it was stopped in " +
  "the moment between a checkpoint and its commit: Kafka has then aborted what the last checkpoint interval wrote";

/**
 * Starts a job from a checkpoint without the transactions that it names.
 *
 * They are the state of the sink's committer, which Flink finds by its place in the plan. So the job runs for a moment
 * with one operator more in front of its sink, by which only the sink changes its place, and its state is left
 * behind; and then goes on from a savepoint of that, as it was.
 *
 * @param failed id of the job that could not go on, of the same statement
 * @returns the job's id
 * @throws StartFailed when the statement is none that this is possible with, or does not come to run
 */
export async function startWithoutTransactions(
  inputs: SqlJobInputs,
  from: string,
  failed: string,
): Promise<string> {
  const jobManager = new JobManager(inputs.jobManagerUrl);
  const stopover = { ...inputs, statement: await withAnotherPlaceForItsSink(inputs) };
  const stopoverId = await startJob(stopover, { path: from, partly: true });
  const places = await jobManager.vertices(stopoverId);
  const missing = (await jobManager.vertices(failed)).filter((vertex) => !places.includes(vertex));
  if (missing.length > 0) {
    await jobManager.cancel(stopoverId);
    throw impossible(inputs, `${missing.length} of its vertices would lose their state`);
  }
  const savepoint = await jobManager.stopWithSavepoint(stopoverId);
  return startJob(inputs, { path: savepoint, partly: true });
}

/**
 * The statement with one operator more in front of its sink, which passes on each row as it is.
 *
 * @throws StartFailed when the rest of the plan would not stay as it is
 */
export async function withAnotherPlaceForItsSink(inputs: SqlJobInputs): Promise<string> {
  const plan = await explain(inputs, inputs);
  const [, insert, query] = INSERT.exec(inputs.statement) ?? [];
  const fields = /^Sink\(.*\bfields=\[(.*)\]\)$/m.exec(plan)?.[1]?.split(", ") ?? [];
  if (insert === undefined || fields.length === 0)
    throw impossible(inputs, "it is no plain INSERT INTO … SELECT");
  const columns = fields.map((_, index) => `column_${index}`).join(", ");
  // Of a constant array the planner would make a join.
  const statement = `${insert} SELECT ${columns} FROM (\n${query}\n) AS wanted (${columns})
    CROSS JOIN UNNEST(ARRAY[column_0]) AS once (passed)`;
  const changed = await explain(inputs, { ...inputs, statement }).catch((error: unknown) => {
    throw error instanceof StatementFailed ? impossible(inputs, error.message) : error;
  });
  const difference = stateDifference(plan, changed);
  if (difference !== undefined) throw impossible(inputs, difference);
  return statement;
}

const impossible = ({ job }: SqlJobInputs, why: string) =>
  new StartFailed(
    `job ${job} does not run: Kafka has forgotten its transactions, and it cannot go on without them: ${why}`,
  );

const INSERT = /^((?:\s*--.*\n)*\s*INSERT\s+INTO\s+\S+)\s+((?:SELECT|WITH)\b[\s\S]*?)[\s;]*$/i;

import { until } from "../../lib/until.ts";
import type { FaultyStack } from "./faultyStack.ts";

const POLL_MS = 250;
const REQUEST_MS = 3_000;
/** How long a part may take to come back without help before `up` is called, and how long after it. */
const BY_ITSELF_MS = 90_000;
const BY_UP_MS = 240_000;

export interface Recovery {
  /** Counted from the end of the fault. */
  readonly seconds: number;
  /** Whether it needed an `up`. */
  readonly byUp: boolean;
}

/**
 * Waits until every server runs and every job has completed a checkpoint that started after the fault, so that all its
 * sources and sinks work again. Calls `up` if something does not come back without help.
 *
 * @throws if something does not come back at all
 */
export async function untilHealthy(stack: FaultyStack, since: number, needsUp: boolean): Promise<Recovery> {
  const healthyWithin = (deadline: number) =>
    until(async () => (await problem(stack, since)) === undefined, { deadline, pollMs: POLL_MS });
  const seconds = () => (Date.now() - since) / 1_000;
  if (!needsUp && (await healthyWithin(BY_ITSELF_MS))) return { seconds: seconds(), byUp: false };
  await up(stack);
  if (await healthyWithin(BY_UP_MS)) return { seconds: seconds(), byUp: true };
  throw new Error(`the stack did not come back: ${await problem(stack, since)}`);
}

/** An `up` fails while something else is still coming back; a user would call it again. */
async function up(stack: FaultyStack): Promise<void> {
  try {
    await stack.stack.up();
  } catch (error) {
    console.log(`  up failed: ${(error as Error).message.split("\n")[0]}`);
    await stack.stack.up();
  }
}

/** What is not healthy yet; undefined if everything is healthy. */
async function problem(stack: FaultyStack, since: number): Promise<string | undefined> {
  const dead = await stack.servers.dead();
  if (dead !== undefined) return `${dead} does not run`;
  try {
    return await jobProblem(stack, since);
  } catch (error) {
    return `the JobManager does not answer: ${(error as Error).message}`;
  }
}

async function jobProblem({ stack }: FaultyStack, since: number): Promise<string | undefined> {
  const { webUrl } = stack.outputs.flink;
  const { jobs } = await ask<{ jobs: { jid: string; name: string; state: string }[] }>(
    `${webUrl}/jobs/overview`,
  );
  const expected = stack.resources("streaming:flink:SqlJob").map(({ outputs }) => String(outputs.job));
  for (const name of expected) {
    const job = jobs.find((one) => one.name === name && one.state === "RUNNING");
    if (job === undefined) return `${name} does not run`;
    const { latest } = await ask<{ latest: { completed: { trigger_timestamp: number } | null } }>(
      `${webUrl}/jobs/${job.jid}/checkpoints`,
    );
    if ((latest.completed?.trigger_timestamp ?? 0) < since) return `${name} has completed no checkpoint`;
  }
  return undefined;
}

/** The answer of one of Flink's addresses. */
export async function ask<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) });
  return (await response.json()) as T;
}

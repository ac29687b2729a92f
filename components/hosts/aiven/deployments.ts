import { type AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import type { AivenDeployment } from "../../../clients/aiven/model.ts";
import { javaCause } from "../../../clients/flink/javaCause.ts";
import type { Task } from "../../../lib/progress.ts";
import { until } from "../../../lib/until.ts";
import { UserError } from "../../../lib/userError.ts";
import type { FlinkOnAiven } from "./flinkOnAiven.ts";

const POLL_MS = 3_000;
const FIRST_POLL_MS = 500;
const TIMEOUT_MS = 120_000;
const UNKNOWN = "not known";
const STARTING = ["INITIALIZING", "CREATED", "RESTARTING", UNKNOWN];

interface State {
  readonly status: string;
  readonly reason: string;
}

interface Waiting {
  readonly task: Task;
  /** Whether the stack has created the service. */
  readonly isOwn: boolean;
}

/**
 * Waits until every pipeline of Flink on Aiven runs: Aiven's provider considers a deployment done as soon as it has
 * requested it.
 *
 * @throws UserError with every pipeline that does not run, and Flink's reason
 */
export async function awaitDeployments(
  { project, service, applications }: FlinkOnAiven,
  client: AivenClient,
  { task, isOwn }: Waiting,
): Promise<void> {
  const found = new Map<string, State>();
  const haveStarted = async () => {
    const asked = Object.entries(applications).filter(([pipeline]) => isStarting(found.get(pipeline)));
    await Promise.all(
      asked.map(async ([pipeline, id]) => {
        found.set(pipeline, await newestState(() => client.deployments(project, service, id)));
      }),
    );
    const starting = asked
      .map(([pipeline]) => pipeline)
      .filter((pipeline) => isStarting(found.get(pipeline)));
    if (starting.length === 0) return true;
    task.update(`not yet: ${starting.join(", ")}`);
    return false;
  };
  await until(haveStarted, { deadline: TIMEOUT_MS, pollMs: POLL_MS, firstPollMs: FIRST_POLL_MS });
  const dead = [...found].filter(([, { status }]) => status !== "RUNNING");
  if (dead.length === 0) return;
  const lines = dead.map(
    ([pipeline, { status, reason }]) => `  ${pipeline}: ${[status, reason].filter(Boolean).join(", ")}`,
  );
  throw new UserError(
    `The stack is up, but on Flink on Aiven (service ${service}) these pipelines do not run:\n${lines.join("\n")}\nAiven's console has their logs. If task slots are missing, ${howToGetSlots(service, isOwn)}.`,
  );
}

const isStarting = (state: State | undefined) => state === undefined || STARTING.includes(state.status);

/** An error of Aiven itself, or too many requests, says nothing about the pipeline: the next answer may. */
async function newestState(ask: () => Promise<readonly AivenDeployment[]>): Promise<State> {
  try {
    const [newest] = await ask();
    return { status: newest?.status ?? "not deployed", reason: javaCause(newest?.error ?? "") };
  } catch (error) {
    if (!(error instanceof AivenError)) throw error;
    const { status = 500, message } = error;
    if (status < 500 && status !== 429) throw error;
    return { status: UNKNOWN, reason: message };
  }
}

const howToGetSlots = (service: string, isOwn: boolean) =>
  isOwn
    ? "raise flink.taskSlots"
    : `raise the service's number_of_task_slots (Aiven's console → ${service} → Service settings → Advanced configuration), or run fewer pipelines`;

import type { AivenClient } from "../../../clients/aiven/client.ts";
import { javaCause } from "../../../clients/flink/javaCause.ts";
import type { Task } from "../../../lib/progress.ts";
import { until } from "../../../lib/until.ts";
import { UserError } from "../../../lib/userError.ts";
import type { FlinkOnAiven } from "./flinkOnAiven.ts";

const POLL_MS = 1_000;
const TIMEOUT_MS = 120_000;
const STARTING = ["INITIALIZING", "CREATED", "RESTARTING"];

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
  const states = () =>
    Promise.all(
      Object.entries(applications).map(async ([pipeline, id]) => {
        const [newest] = await client.deployments(project, service, id);
        return { pipeline, status: newest?.status ?? "not deployed", reason: javaCause(newest?.error ?? "") };
      }),
    );
  let found: Awaited<ReturnType<typeof states>> = [];
  const haveStarted = async () => {
    found = await states();
    const starting = found.filter(({ status }) => STARTING.includes(status));
    if (starting.length === 0) return true;
    task.update(`not yet: ${starting.map(({ pipeline }) => pipeline).join(", ")}`);
    return false;
  };
  await until(haveStarted, { deadline: TIMEOUT_MS, pollMs: POLL_MS });
  const dead = found.filter(({ status }) => status !== "RUNNING");
  if (dead.length === 0) return;
  const lines = dead.map(
    ({ pipeline, status, reason }) => `  ${pipeline}: ${[status, reason].filter(Boolean).join(", ")}`,
  );
  throw new UserError(
    `The stack is up, but on Flink on Aiven (service ${service}) these pipelines do not run:\n${lines.join("\n")}\nAiven's console has their logs. If task slots are missing, ${howToGetSlots(service, isOwn)}.`,
  );
}

const howToGetSlots = (service: string, isOwn: boolean) =>
  isOwn
    ? "raise flink.taskSlots"
    : `raise the service's number_of_task_slots (Aiven's console → ${service} → Service settings → Advanced configuration), or run fewer pipelines`;

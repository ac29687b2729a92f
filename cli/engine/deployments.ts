import { setTimeout as sleep } from "node:timers/promises";
import type { AivenClient } from "../../clients/aiven/client.ts";
import { rootCause } from "../../clients/flink/javaCause.ts";
import type { FlinkOnAiven } from "../../components/contract.ts";
import type { Task } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";

const POLL_MS = 1_000;
const TIMEOUT_MS = 120_000;
const STARTING = ["INITIALIZING", "CREATED", "RESTARTING"];

/**
 * Waits until every pipeline of Flink on Aiven runs: Aiven's provider takes a deployment for done once it is asked
 * for.
 *
 * @throws UserError with every pipeline that does not come to run, and Flink's reason
 */
export async function awaitDeployments(
  { project, service, applications }: FlinkOnAiven,
  client: AivenClient,
  task: Task,
): Promise<void> {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  const states = () =>
    Promise.all(
      Object.entries(applications).map(async ([pipeline, id]) => {
        const [newest] = await client.deployments(project, service, id);
        return { pipeline, status: newest?.status ?? "not deployed", reason: rootCause(newest?.error ?? "") };
      }),
    );
  let found = await states();
  for (;;) {
    const starting = found.filter(({ status }) => STARTING.includes(status));
    if (starting.length === 0 || Date.now() > giveUpAt) break;
    task.update(`not yet: ${starting.map(({ pipeline }) => pipeline).join(", ")}`);
    await sleep(POLL_MS);
    found = await states();
  }
  const dead = found.filter(({ status }) => status !== "RUNNING");
  if (dead.length === 0) return;
  const lines = dead.map(
    ({ pipeline, status, reason }) => `  ${pipeline}: ${[status, reason].filter(Boolean).join(", ")}`,
  );
  throw new UserError(
    `The stack is up, but on Flink on Aiven (service ${service}) these pipelines do not run:\n${lines.join("\n")}\nAiven's console has their logs. Where task slots are missing, raise flink.taskSlots.`,
  );
}

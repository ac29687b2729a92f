import { isAlive } from "../../../provider/process/identity.ts";
import { until } from "../../support/topics.ts";
import type { OracleStack } from "./oracleStack.ts";

/** Kills a server the hard way, and lets the next `up` heal the stack. */
export async function killAndHeal({ stack }: OracleStack, name: string): Promise<void> {
  const server = (await stack.servers()).find((candidate) => candidate.name === name);
  if (server === undefined) throw new Error(`there is no ${name}`);
  process.kill(server.pid, "SIGKILL");
  await until(() => !isAlive(server), `the end of ${name}`);
  await stack.refresh();
  await stack.up();
}

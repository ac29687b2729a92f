import { expect } from "vitest";
import type { OracleStack } from "./oracleStack.ts";
import { target } from "./target.ts";

/** Kills a server with SIGKILL and lets the next `up` heal the stack. */
export async function killAndHeal({ stack }: OracleStack, name: string): Promise<void> {
  await target.kill(stack, name);
  await stack.refresh();
  expect(runningOf(stack, name)).toBe(false);
  await stack.up();
  expect(runningOf(stack, name)).toBe(true);
}

const runningOf = (stack: OracleStack["stack"], name: string) =>
  stack.servers().find((server) => server.name === name)?.running;

import type { OracleStack } from "./oracleStack.ts";
import { target } from "./target.ts";

/** Kills a server with SIGKILL and lets the next `up` heal the stack. */
export async function killAndHeal({ stack }: OracleStack, name: string): Promise<void> {
  await target.kill(stack, name);
  await stack.refresh();
  await stack.up();
}

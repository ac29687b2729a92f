import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultyStack } from "./faultyStack.ts";

/** Copies the logs of a stack that is about to be removed, so that somebody can find out what went wrong. */
export function keepLogs({ stack, means }: FaultyStack): void {
  const { logs } = stack.outputs;
  if (logs === undefined) return;
  const folder = mkdtempSync(join(means.disk?.outside ?? tmpdir(), "faults-logs-"));
  cpSync(logs, folder, { recursive: true });
  console.log(`The logs of the stack are kept in ${folder}`);
}

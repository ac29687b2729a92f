import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FaultyStack } from "./faultyStack.ts";

/** Copies the logs of a stack that is about to be removed, so that somebody can find out what went wrong. */
export async function keepLogs({ servers, means }: FaultyStack): Promise<void> {
  const folder = mkdtempSync(join(means.disk?.outside ?? tmpdir(), "faults-logs-"));
  await servers.keepLogs(folder);
  console.log(`The logs of the stack are kept in ${folder}`);
}

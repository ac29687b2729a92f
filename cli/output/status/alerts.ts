import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Status } from "../../../apps/notifier/statusFile.ts";
import { table } from "../../../lib/table.ts";

/**
 * How the notifier of a stack on this machine is doing.
 *
 * @param logs folder of log files
 */
export async function describeAlerts(logs: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(join(dirname(logs), "notifier/status.json"), "utf8");
  } catch {
    return "  the notifier has not started yet";
  }
  const { openAlerts, posted, lastError }: Status = JSON.parse(text);
  return table([
    ["CPUs over their threshold", String(openAlerts)],
    ["messages so far", String(posted)],
    ...(lastError === undefined ? [] : [["trouble", lastError]]),
  ]);
}

import { readFile } from "node:fs/promises";
import type { Status } from "../../../apps/notifier/statusFile.ts";
import { table } from "../../../lib/table.ts";

/** How a notifier is doing that writes its status to a file. */
export async function describeAlerts(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
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

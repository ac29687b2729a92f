import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Status } from "../../apps/notifier/statusFile.ts";
import type { StackOutputs } from "../outputs.ts";
import { table } from "../summary.ts";

/** How the notifier of a stack on this machine is doing. */
export async function describeAlerts({ logs }: StackOutputs): Promise<string> {
  let text: string;
  try {
    text = await readFile(join(dirname(logs), "notifier/status.json"), "utf8");
  } catch {
    return "  the notifier does not run on this machine";
  }
  const { openAlerts, posted, lastError }: Status = JSON.parse(text);
  return table([
    ["CPUs over their threshold", String(openAlerts)],
    ["messages so far", String(posted)],
    ...(lastError === undefined ? [] : [["trouble", lastError]]),
  ]);
}

import { open, stat } from "node:fs/promises";
import { followRows } from "../../clients/results/followRows.ts";
import type { FollowOptions } from "../../clients/results/row.ts";
import { together } from "../../clients/results/together.ts";
import { stateResources } from "../../components/stateResources.ts";
import { repeat } from "../../lib/until.ts";
import { formerLogs } from "../../provider/process/keeper.ts";
import { readOutputs } from "../engine/outputs.ts";
import { withStack } from "../engine/stack.ts";
import { RowFormat } from "../output/rowFormat.ts";
import { notifierFilesOf } from "../output/status.ts";
import { onServicesOf, untilInterrupted } from "../output/terminal.ts";

const ALERTS = "slack";

export async function watch({
  stack: name,
  fromBeginning,
}: {
  stack: string;
  fromBeginning: boolean;
}): Promise<void> {
  const { outputs, alerts } = await withStack(name, async (stack) => {
    const outputs = await readOutputs(stack);
    const resources = await stateResources(stack);
    const secret = async () => undefined;
    const [files] = notifierFilesOf({ stack: name, resources, outputs: { ...outputs }, secret });
    return { outputs, alerts: files?.log };
  });
  const format = new RowFormat([...Object.keys(outputs.results), ...(alerts === undefined ? [] : [ALERTS])]);
  console.error(`Results of the stack ${name}, as they are committed, with times in UTC. Ctrl-C ends this.`);
  const rows = (signal: AbortSignal) =>
    followRows(outputs, { fromBeginning, signal }, (row) => console.log(format.row(row)));
  const messages = (signal: AbortSignal) =>
    alerts === undefined
      ? undefined
      : followAlerts(alerts, { fromBeginning, signal }, (line) => console.log(format.alert(ALERTS, line)));
  await onServicesOf(name, () => together(untilInterrupted(), [rows, messages]));
}

const POLL_MS = 500;

/**
 * Follows the log of a stack's notifier on this machine, line by line, until the signal is aborted.
 *
 * @param file its log, which may be rotated
 */
export async function followAlerts(
  file: string,
  { fromBeginning, signal }: FollowOptions,
  onLine: (line: string) => void,
): Promise<void> {
  let position = fromBeginning ? 0 : await sizeOf(file);
  let unfinished: Buffer = Buffer.alloc(0);
  const readOn = async () => {
    const size = await sizeOf(file);
    const parts: Buffer[] = [unfinished];
    if (size < position) {
      // The file was rotated: the unread part is in the previous file.
      const former = formerLogs(file)[0] ?? "";
      parts.push(await readBetween(former, position, await sizeOf(former)));
      position = 0;
    }
    const unread = await readBetween(file, position, size);
    parts.push(unread);
    // Less than `size` if it has just been rotated.
    position += unread.length;
    const text = Buffer.concat(parts);
    const end = text.lastIndexOf("\n") + 1;
    unfinished = text.subarray(end);
    for (const line of text.subarray(0, end).toString().split("\n").slice(0, -1)) onLine(line);
  };
  await repeat(readOn, { pollMs: POLL_MS, signal });
}

/** In bytes; 0 if there is no notifier. */
async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  return size;
}

async function readBetween(file: string, start: number, end: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

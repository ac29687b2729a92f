import type { CommandResult } from "../support/runningCommand.ts";

/** What a command was doing when it ended. */
export function lastStep({ code, stdout, stderr }: CommandResult): string {
  if (code === 0) return `was done: ${stdout.match(/^The stack .*$/m)?.[0] ?? ""}`;
  return stderr.trim().split("\n").at(-1) || "had not begun";
}

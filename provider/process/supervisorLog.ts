import { existsSync } from "node:fs";
import { logTail } from "./logTail.ts";

const MARK = " supervisor - ";

/** Writes a line of the supervisor to standard output, which is the log of the server that it looks after. */
export function logLine(text: string): void {
  console.log(`${new Date().toISOString().replace("T", " ").replace("Z", "")}${MARK}${text}`);
}

/** What the supervisor has said at the end of a server's log; undefined if the log ends with something else. */
export function supervisorsLastWord(logFile: string): string | undefined {
  if (!existsSync(logFile)) return undefined;
  const line = logTail(logFile).split("\n").at(-1) ?? "";
  return line.includes(MARK) ? line.slice(line.indexOf(MARK) + MARK.length) : undefined;
}

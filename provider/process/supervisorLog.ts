import { existsSync } from "node:fs";
import { logTail } from "./logTail.ts";

const MARK = " supervisor - ";

/** Writes a supervisor's line to standard output, which is the log of its server. */
export function logLine(text: string): void {
  console.log(`${new Date().toISOString().replace("T", " ").replace("Z", "")}${MARK}${text}`);
}

/** The supervisor's message at the end of a server's log; undefined if the log ends with something else. */
export function supervisorsLastWord(logFile: string): string | undefined {
  if (!existsSync(logFile)) return undefined;
  const line = logTail(logFile).split("\n").at(-1) ?? "";
  return line.includes(MARK) ? line.slice(line.indexOf(MARK) + MARK.length) : undefined;
}

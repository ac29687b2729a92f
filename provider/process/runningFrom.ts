import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { wholeCommandOf } from "./identity.ts";
import { isDetached } from "./workingFolder.ts";

/**
 * The detached processes on this machine whose command line names one of the paths, as every server's does. Those of
 * other users count, too: their working folders cannot be read, but their command lines can.
 */
export function runningFrom(paths: readonly string[]): number[] {
  return commandLines()
    .filter(([pid, command]) => paths.some((path) => command.includes(path)) && isDetached(pid))
    .map(([pid]) => pid);
}

function commandLines(): [pid: number, command: string][] {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => [Number(pid), wholeCommandOf(Number(pid)) ?? ""]);
  }
  const listed = execFileSync("ps", ["-axww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return [...listed.matchAll(/^ *(\d+) (.*)$/gm)].map(([, pid, command = ""]) => [Number(pid), command]);
}

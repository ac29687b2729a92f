import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { statFields } from "./statFields.ts";

/**
 * Resident memory of a server and everything in its process group, in MB (2^20 bytes).
 * Memory that processes share counts once on Linux (proportional set size), more than once elsewhere.
 */
export function residentMegabytes(leader: number): number {
  const kilobytes = process.platform === "linux" ? linuxKilobytes(leader) : psKilobytes(leader);
  return Math.round(kilobytes / 1024);
}

function linuxKilobytes(leader: number): number {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === leader)
    .reduce((sum, pid) => sum + proportionalKilobytes(pid), 0);
}

function groupOf(pid: string): number | undefined {
  try {
    const [, , group] = statFields(Number(pid));
    return Number(group);
  } catch {
    return undefined;
  }
}

function proportionalKilobytes(pid: string): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function psKilobytes(leader: number): number {
  const lines = execFileSync("ps", ["-A", "-o", "pgid=,rss="], { encoding: "utf8" }).trim().split("\n");
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([group]) => group === leader)
    .reduce((sum, [, rss = 0]) => sum + rss, 0);
}

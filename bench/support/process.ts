import { readdirSync, readFileSync } from "node:fs";
import { statFields } from "../../provider/process/statFields.ts";

/** CPU time that a process has used, in seconds. Linux only. Source: proc(5) */
export function cpuSeconds(pid: number): number {
  return sum(statFields(pid).slice(11, 13)) / 100;
}

/** Resident memory of a process in MB. Linux only. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** CPU time of a server's process group, in seconds, with the processes that have ended. Linux only. */
export function groupCpuSeconds(leader: number): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const ticks = pids.map((pid) => {
    const [, , group, ...rest] = fieldsOf(Number(pid));
    if (Number(group) !== leader) return 0;
    const [own, ofEnded] = [sum(rest.slice(8, 10)), sum(rest.slice(10, 12))];
    return Number(pid) === leader ? own + ofEnded : own;
  });
  return sum(ticks) / 100;
}

function fieldsOf(pid: number): string[] {
  try {
    return statFields(pid);
  } catch {
    // It has ended since.
    return [];
  }
}

const sum = (values: readonly (string | number)[]) =>
  values.reduce((total: number, value) => total + Number(value), 0);

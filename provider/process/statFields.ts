import { readFileSync } from "node:fs";

/**
 * What Linux tells of a process after its command in parentheses, which may hold anything: its state (field 3 of proc(5))
 * and what follows.
 *
 * @throws if it has ended
 */
export function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

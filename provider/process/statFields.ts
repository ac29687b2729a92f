import { readFileSync } from "node:fs";

/**
 * Linux's fields about a process after its command in parentheses, which may contain anything: its state (field 3 of
 * proc(5)) and the following ones.
 *
 * @throws if it has ended
 */
export function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

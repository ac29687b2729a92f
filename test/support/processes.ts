import { readdirSync } from "node:fs";
import { wholeCommandOf } from "../../provider/process/identity.ts";
import { statFields } from "../../provider/process/statFields.ts";

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** The process id of the session leader, which may have ended. */
  readonly session: number;
  readonly command: string;
}

/** The processes on this machine, except those that have ended but are not yet reaped. Linux only. */
export function processes(): ListedProcess[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.flatMap((pid) => {
    try {
      const [state, parent, , session] = statFields(pid);
      if (state === "Z" || state === "X") return [];
      const command = wholeCommandOf(pid) ?? "";
      return [{ pid, parent: Number(parent), session: Number(session), command }];
    } catch {
      return []; // it has ended
    }
  });
}

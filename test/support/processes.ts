import { readdirSync } from "node:fs";
import { wholeCommandOf } from "../../provider/process/identity.ts";
import { statFields } from "../../provider/process/statFields.ts";

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** The id of the process that leads its session, which may have ended. */
  readonly session: number;
  readonly command: string;
}

/** What runs on this machine, without what has ended and is not waited for yet. Linux only. */
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

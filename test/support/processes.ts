import { readdirSync, readFileSync } from "node:fs";

export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  /** The id of the process that leads its session, which may have ended. */
  readonly session: number;
  readonly command: string;
}

/** What runs on this machine, without what has ended and is not waited for yet. Linux only. */
export function processes(): ListedProcess[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      // proc(5): after the command in parentheses come the state, the parent, the process group and the session.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z" || state === "X") return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return [{ pid: Number(pid), parent: Number(parent), session: Number(session), command }];
    } catch {
      return []; // it has ended
    }
  });
}

import { readdirSync } from "node:fs";
import { allCommands, wholeCommandOf } from "../../provider/process/identity.ts";
import { statFields } from "../../provider/process/statFields.ts";
import { workingFolders } from "../../provider/process/workingFolder.ts";

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

/**
 * The processes that work in one of these folders, and those that work elsewhere for it: a server's supervisor works in
 * `/`, and its command names the folder.
 *
 * @returns each in words
 */
export function processesOf(folders: readonly string[]): string[] {
  const isIn = (path: string) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const working = workingFolders().filter(({ path }) => isIn(path));
  const others = allCommands().filter(
    ({ pid, command }) =>
      !working.some((one) => one.pid === pid) && folders.some((folder) => command.includes(folder)),
  );
  return [
    ...working.map(({ pid, path }) => `process ${pid}, which runs in ${path}`),
    ...others.map(({ pid, command }) => `process ${pid}: ${command}`),
  ];
}

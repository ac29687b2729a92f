import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";
import { isServerFolder } from "./serverFolder.ts";
import { statFields } from "./statFields.ts";

/** The working folder of a process; it may have been removed since. */
export interface WorkingFolder {
  readonly pid: number;
  readonly path: string;
  readonly isGone: boolean;
}

/** The working folders of the processes that this user may inspect. */
export function workingFolders(): WorkingFolder[] {
  return process.platform === "linux" ? onLinux() : byLsof(["-u", String(process.getuid?.())]);
}

/**
 * The folder of one of our servers, by its process; undefined if the process is not one. Every server works in its
 * folder, except PostgreSQL, which works in `data` below it.
 */
export function serverFolderOf(pid: number): WorkingFolder | undefined {
  const folder = process.platform === "linux" ? linuxFolder(pid) : byLsof(["-p", String(pid)])[0];
  if (folder === undefined || folder.isGone) return folder;
  const server = [folder.path, dirname(folder.path)].find((path) => isServerFolder(path));
  return server === undefined ? undefined : { ...folder, path: server };
}

/** Whether a process leads its own group without a terminal, as every server does but no user's shell does. */
export function isDetached(pid: number): boolean {
  try {
    if (process.platform === "linux") {
      const [, , group, , terminal] = statFields(pid);
      return Number(group) === pid && terminal === "0";
    }
    const text = execFileSync("ps", ["-o", "pgid=,tty=", "-p", String(pid)], { encoding: "utf8" });
    const [group, terminal = ""] = text.trim().split(/\s+/);
    return Number(group) === pid && /^[?-]+$/.test(terminal);
  } catch {
    return false; // it has ended
  }
}

function onLinux(): WorkingFolder[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => linuxFolder(Number(pid)) ?? []);
}

// proc(5): the link ends in " (deleted)" if the folder is gone.
function linuxFolder(pid: number): WorkingFolder | undefined {
  try {
    const link = readlinkSync(`/proc/${pid}/cwd`);
    const isGone = link.endsWith(" (deleted)") && !existsSync(link);
    return { pid, path: isGone ? link.slice(0, -" (deleted)".length) : link, isGone };
  } catch {
    return undefined; // it has ended, or is another user's
  }
}

// lsof(8): -F prints one field per line, p for the process, n for the name of its working folder.
function byLsof(selection: readonly string[]): WorkingFolder[] {
  try {
    const args = ["-a", "-d", "cwd", ...selection, "-Fpn"];
    const text = execFileSync("lsof", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return [...text.matchAll(/^p(\d+)\n(?:f.*\n)?n(.*)$/gm)].map(([, pid, path = ""]) => ({
      pid: Number(pid),
      path,
      isGone: !existsSync(path),
    }));
  } catch {
    return [];
  }
}

import { allCommands } from "./identity.ts";
import { isDetached } from "./workingFolder.ts";

/** A process that uses files below one of some paths. */
export interface Running {
  readonly pid: number;
  /** Whether it may be a server; otherwise, a command that is at work has started it. */
  readonly isServer: boolean;
}

/**
 * The detached processes on this machine whose command line names one of the paths, as every server's does, and those
 * whose program is below one of them, such as the engine of an `up` in another terminal. Those of other users count,
 * too: their working folders cannot be read, but their command lines can.
 */
export function runningFrom(paths: readonly string[]): Running[] {
  return allCommands().flatMap(({ pid, command }) => {
    if (pid === process.pid || !paths.some((path) => command.includes(path))) return [];
    const isServer = isDetached(pid);
    const isProgram = paths.some((path) => command.startsWith(`${path}/`));
    return isServer || isProgram ? [{ pid, isServer }] : [];
  });
}

import { allCommands } from "./identity.ts";
import { isDetached } from "./workingFolder.ts";

/**
 * The detached processes on this machine whose command line names one of the paths, as every server's does. Those of
 * other users count, too: their working folders cannot be read, but their command lines can.
 */
export function runningFrom(paths: readonly string[]): number[] {
  return allCommands()
    .filter(({ pid, command }) => paths.some((path) => command.includes(path)) && isDetached(pid))
    .map(({ pid }) => pid);
}

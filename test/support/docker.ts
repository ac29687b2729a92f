import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Logs of a container may have 30 MB. */
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Runs Docker's command line. @throws an error with its `stderr` */
export const runDocker = (...args: readonly string[]) =>
  promisify(execFile)("docker", args, { maxBuffer: MAX_OUTPUT });

/** What Docker's command line prints. @throws as {@link runDocker} */
export const docker = async (...args: readonly string[]) => (await runDocker(...args)).stdout.trim();

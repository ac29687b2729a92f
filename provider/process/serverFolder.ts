import { existsSync } from "node:fs";
import { join } from "node:path";

/** A file in a server's directory: the identity of its process, rewritten at each start. */
export const PID_FILE = ".process.json";

/** A file in a server's directory that marks its data as prepared. */
export const PREPARED = ".prepared";

/** Whether a server's directory contains prepared data. */
export const isPrepared = (directory: string) => existsSync(join(directory, PREPARED));

/** Whether a directory is or was a server's directory. */
export const isServerFolder = (directory: string) =>
  [PID_FILE, PREPARED].some((name) => existsSync(join(directory, name)));

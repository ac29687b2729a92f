import { existsSync } from "node:fs";
import { join } from "node:path";

/** Below a server's directory: which process it is, rewritten at each start. */
export const PID_FILE = ".process.json";

/** Below a server's directory: its data have been prepared. */
export const PREPARED = ".prepared";

/** Whether a server's directory holds data that were prepared for it. */
export const isPrepared = (directory: string) => existsSync(join(directory, PREPARED));

/** Whether a directory is, or was, that of a server. */
export const isServerFolder = (directory: string) =>
  [PID_FILE, PREPARED].some((name) => existsSync(join(directory, name)));

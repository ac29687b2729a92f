import { existsSync } from "node:fs";
import { join } from "node:path";

/** A file in a server's directory: the identity of its process, rewritten at each start. */
export const PID_FILE = ".process.json";

/** A file in a server's directory: its data has been prepared. */
export const PREPARED = ".prepared";

/** Whether a server's directory holds data that were prepared for it. */
export const isPrepared = (directory: string) => existsSync(join(directory, PREPARED));

/** Whether a directory is, or was, that of a server. */
export const isServerFolder = (directory: string) =>
  [PID_FILE, PREPARED].some((name) => existsSync(join(directory, name)));

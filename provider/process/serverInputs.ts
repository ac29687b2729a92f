import type { Readiness } from "./readiness.ts";

export interface ServerFile {
  readonly content: string;
  /** Written with mode 0600 instead of 0644. */
  readonly secret?: boolean;
}

export interface ServerInputs {
  /** The program and its arguments; it runs in `directory`. */
  readonly command: readonly string[];
  /** Absolute path of the data folder: created with the server, kept by updates, removed with the server. */
  readonly directory: string;
  /** Absolute path; standard output and errors are appended. */
  readonly logFile: string;
  /** How long the log may get, in bytes, before a new one is started; 10 MB by default. Two previous parts are kept. */
  readonly logBytes?: number;
  /** Whether it is restarted if it ends without having been stopped. */
  readonly supervised?: boolean;
  /** A program and its arguments, run each time the supervisor has restarted the server. */
  readonly afterRestart?: readonly string[];
  readonly environment?: Record<string, string>;
  /** Absolute path of an archive of a Java server's classes, created when it first stops in an orderly way. */
  readonly classArchive?: string;
  /** Rendered before each start, by path below `directory`. */
  readonly files?: Record<string, ServerFile>;
  /** Run once, before the first start. `creates` (below `directory`) is cleared before each attempt. */
  readonly prepare?: { readonly command: readonly string[]; readonly creates: string };
  /** A program and its arguments, run before each start, after `prepare`. The server starts even if it fails. */
  readonly beforeStart?: readonly string[];
  /** Ports of 127.0.0.1 that must be free, by the name of their setting. */
  readonly ports?: Record<string, number>;
  readonly readiness: Readiness;
  readonly startTimeoutSeconds?: number;
  readonly stopSignal?: "SIGTERM" | "SIGINT";
  /** How long the server may take to stop by itself; 10 s by default. */
  readonly graceSeconds?: number;
  /** User to run as, if we are root and the server refuses to run as root. */
  readonly runAs?: string;
}

import { rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { changedKeys, type Problem, type ResourceHandler, same } from "../resource.ts";
import { isAlive, type ProcessIdentity } from "./identity.ts";
import type { Readiness } from "./readiness.ts";
import { startServer, stopServer } from "./serverProcess.ts";

export interface ServerFile {
  readonly content: string;
  /** Written with mode 0600 instead of 0644. */
  readonly secret?: boolean;
}

export interface ServerInputs {
  /** The program and its arguments; it runs in `directory`. */
  readonly command: readonly string[];
  /** Absolute path of the data folder: made with the server, kept by updates, removed with the server. */
  readonly directory: string;
  /** Absolute path; standard output and errors are appended. */
  readonly logFile: string;
  readonly environment?: Record<string, string>;
  /** Rendered before each start, by path below `directory`. */
  readonly files?: Record<string, ServerFile>;
  /** Run once, before the first start. `creates` (below `directory`) is cleared before each attempt. */
  readonly prepare?: { readonly command: readonly string[]; readonly creates: string };
  /** Ports of 127.0.0.1 that must be free, by the name of the setting that moves each. */
  readonly ports?: Record<string, number>;
  readonly readiness: Readiness;
  readonly startTimeoutSeconds?: number;
  readonly stopSignal?: "SIGTERM" | "SIGINT";
  /** How long the server may take to end by itself, 10 s unless told. */
  readonly graceSeconds?: number;
  /** User to run as, where we are root and the server refuses to be. */
  readonly runAs?: string;
}

export interface ServerState extends ServerInputs, ProcessIdentity {
  readonly running: boolean;
}

/** A change of one of these needs a restart; the others only say how to start and stop. */
const RESTARTING = ["command", "environment", "files", "runAs"] as const;

export const serverHandler: ResourceHandler<ServerInputs, ServerState> = {
  check(inputs) {
    const problems: Problem[] = [];
    for (const property of ["directory", "logFile"] as const) {
      if (inputs[property]?.startsWith("/")) continue;
      problems.push({ property, reason: `"${inputs[property]}" is not an absolute path` });
    }
    if (!inputs.command?.length) problems.push({ property: "command", reason: "it is empty" });
    const ways = Object.keys(inputs.readiness ?? {});
    if (ways.length !== 1) {
      problems.push({
        property: "readiness",
        reason: `exactly one of tcp, http and command is needed, not ${ways.length}`,
      });
    }
    return problems;
  },

  diff(state, inputs) {
    const replaces = changedKeys(["directory"], state, inputs);
    const { pid, startedAt, running, ...former } = state;
    return { changed: !running || !isAlive({ pid, startedAt }) || !same(former, inputs), replaces };
  },

  async create(inputs) {
    const server = await startServer(inputs);
    return { id: inputs.directory, state: { ...inputs, ...server, running: true } };
  },

  async read(_id, state) {
    return { ...state, running: isAlive(state) };
  },

  async update(_id, state, inputs) {
    if (isAlive(state) && changedKeys(RESTARTING, state as ServerInputs, inputs).length === 0) {
      return { ...inputs, pid: state.pid, startedAt: state.startedAt, running: true };
    }
    await stopServer(state, state);
    return { ...inputs, ...(await startServer(inputs)), running: true };
  },

  async delete(_id, state) {
    await stopServer(state, state);
    rmSync(state.directory, { recursive: true, force: true });
    rmSync(state.logFile, { force: true });
    for (const parent of [dirname(state.logFile), dirname(state.directory)]) removeIfEmpty(parent);
  },
};

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Other servers still have files there.
  }
}

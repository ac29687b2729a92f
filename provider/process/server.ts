import { existsSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { changedKeys, type Problem, type ResourceHandler, same } from "../resource.ts";
import { isAlive, type ProcessIdentity } from "./identity.ts";
import { formerLogs } from "./keeper.ts";
import { type Machine, requireSameMachine, thisMachine } from "./machine.ts";
import { isPrepared } from "./serverFolder.ts";
import type { ServerInputs } from "./serverInputs.ts";
import { adoptServer, keepServer, runningServer, startServer, stopServer } from "./serverProcess.ts";
import { isBeingRestarted, isSupervised, release } from "./supervision.ts";

export interface ServerState extends ServerInputs, ProcessIdentity {
  readonly running: boolean;
  /** Absent if the machine has no id. */
  readonly machine?: Machine;
}

/** Changing one of these requires a restart; the others only define how to start and stop. */
const RESTARTING = ["command", "environment", "files", "runAs", "logBytes"] as const;

export const serverHandler: ResourceHandler<ServerInputs, ServerState> = {
  check(inputs, former) {
    const problems: Problem[] = [];
    if (former !== undefined && former.directory !== inputs.directory) {
      problems.push({ property: "directory", reason: moved(former.directory, inputs.directory) });
    }
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
    requireSameMachine(state.directory, state.machine);
    const { pid, startedAt, running, machine, ...former } = state;
    // A restarted server has an id that differs from the one in the state, and other resources depend on it.
    const { directory, supervised } = inputs;
    const isKept = !supervised || (isSupervised(directory) && !isBeingRestarted(directory));
    return { changed: !running || !isAlive({ pid, startedAt }) || !isKept || !same(former, inputs) };
  },

  async create(inputs) {
    refuseForeignData(inputs);
    const isNew = !existsSync(inputs.directory);
    try {
      const server = await startServer(inputs);
      return { id: inputs.directory, state: stateOf(inputs, server) };
    } catch (error) {
      // The folder contains nothing of value and would not be recorded.
      if (isNew) removeFolder(inputs.directory);
      throw error;
    }
  },

  async read(_id, state) {
    requireSameMachine(state.directory, state.machine);
    const server = runningServer(state);
    return { ...state, ...server, running: server !== undefined };
  },

  async update(_id, state, inputs) {
    // Keeps others from starting it meanwhile.
    await release(state.directory);
    const server = runningServer(state);
    if (server !== undefined && changedKeys(RESTARTING, state as ServerInputs, inputs).length === 0) {
      if (server.pid !== state.pid) await adoptServer(inputs, server);
      if (inputs.supervised || state.supervised) keepServer(inputs, server);
      return stateOf(inputs, server);
    }
    await stopServer(state, server);
    return stateOf(inputs, await startServer(inputs));
  },

  async delete(_id, state) {
    requireSameMachine(state.directory, state.machine);
    await release(state.directory);
    await stopServer(state, runningServer(state));
    for (const log of [state.logFile, ...formerLogs(state.logFile)]) rmSync(log, { force: true });
    removeIfEmpty(dirname(state.logFile));
    removeFolder(state.directory);
  },
};
function stateOf(inputs: ServerInputs, { pid, startedAt }: ProcessIdentity): ServerState {
  const machine = thisMachine();
  return { ...inputs, pid, startedAt, running: true, ...(machine && { machine }) };
}

function moved(from: string, to: string): string {
  return (
    `the server has its data in ${from} and would start without data in ${to}: the project's folder or the setting ` +
    "directory has changed since the stack was deployed. Change it back, or destroy the stack (npm run destroy), " +
    "which removes the data, and deploy it again"
  );
}

/**
 * A server cannot use data that was prepared with another secret, such as PostgreSQL's data with another password.
 *
 * @throws if the folder holds such data
 */
function refuseForeignData({ directory, files = {} }: ServerInputs): void {
  if (!isPrepared(directory)) return;
  const secrets = Object.entries(files).filter(([, { secret }]) => secret);
  const differs = secrets.some(([name, { content }]) => textOf(join(directory, name)) !== content);
  if (!differs) return;
  throw new Error(
    `${directory} holds data of an earlier stack, with another password than this stack's; nothing was changed ` +
      "there. To discard the data, destroy the stack (npm run destroy) and deploy it again. To keep it, move the " +
      "folder away first, or restore the state of that stack",
  );
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Removes a server's folder, and its parent if that is then empty. */
function removeFolder(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  removeIfEmpty(dirname(directory));
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Other servers still have files there.
  }
}

import { existsSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../../lib/userError.ts";
import { commandOf, identify, isAlive, type ProcessIdentity } from "../../../provider/process/identity.ts";
import { isServerFolder } from "../../../provider/process/serverFolder.ts";
import { runningServer, stopServer } from "../../../provider/process/serverProcess.ts";
import { release, supervisionOf } from "../../../provider/process/supervision.ts";
import { isDetached, type WorkingFolder, workingFolders } from "../../../provider/process/workingFolder.ts";
import { type StackState, type StateResource, stackState } from "../../stateResources.ts";
import type { StackFolders } from "./folders.ts";
import { isServer } from "./resourceTypes.ts";

/** What exists of a stack but is unknown to its state. */
export interface Unknown {
  /** Servers that run in folders of the stack, which may be gone. */
  readonly servers: readonly WorkingFolder[];
  /** Folders with data. */
  readonly folders: readonly string[];
}

type Recorded = ProcessIdentity & { readonly directory: string };

interface Known {
  /** The folders of servers, including those that a killed `up` had begun to create. */
  readonly folders: readonly string[];
  /** Its running servers, each preceded by the process that would restart it. */
  readonly processes: readonly ProcessIdentity[];
}

/**
 * A state that was lost, or that moved with the project's folder, does not fit what is on this machine: passwords
 * differ, folders are empty, and servers hold the ports.
 *
 * @throws UserError that says what is there, where, and what to do, before anything is started
 */
export function refuseEarlierStack(stack: string, state: StackState, folders: StackFolders): void {
  const known = knownTo(state);
  const outsideFolders = known.folders.filter((folder) => !folders.has(folder));
  if (outsideFolders.length > 0) throw new UserError(moved(stack, folders, outsideFolders, known.processes));
  const unknown = unknownOf(folders, known);
  if (isNothing(unknown)) return;
  throw new UserError(`An earlier stack ${stack} left something behind that the state of this one does not know:

${lines(unknown)}

Was the state (.stacks/.pulumi) deleted, or the project's folder renamed meanwhile? Nothing has been started or
removed. To stop these servers and remove this data:

  npm run destroy -- ${stack}

To keep the data, put the state back where it was, then run the same command again.`);
}

/**
 * A new stack could not tell apart what is its own in a folder that holds something else.
 *
 * @throws UserError that names the folder and what is in it, before anything is started
 */
export function refuseForeignFolder(stack: string, state: StackState, folders: StackFolders): void {
  const known = knownTo(state).folders.filter((folder) => folders.has(folder));
  const foreign = folders.foreign(known);
  // Whoever has put something beside a stack's servers may keep it there.
  if (foreign.length === 0 || known.length > 0) return;
  throw new UserError(`The stack ${stack} would keep its data in ${folders.directory}, which holds something else:

${foreign.map((name) => `  ${name}`).join("\n")}

Nothing has been started or removed. Set "directory" in Pulumi.${stack}.yaml to a folder for stacks alone (${stack} gets a
folder of its own below it; the default is .stacks), or move these elsewhere. Then run the same command again.`);
}

/** What exists of a stack but is unknown to its state. */
export const leftOver = (folders: StackFolders, state = NO_STATE): Unknown =>
  unknownOf(folders, knownTo(state));

export const isNothing = ({ servers, folders }: Unknown) => servers.length + folders.length === 0;

/**
 * Stops the servers of a destroyed stack that its state did not know, and removes what its servers left.
 *
 * @param former what the engine knew before
 * @returns whether there was something that the state did not know
 */
export async function removeLeftOver(
  folders: StackFolders,
  stack: Stack,
  former: StackState,
): Promise<boolean> {
  await Promise.all(folders.present().map(release));
  const unknown = leftOver(folders, await stackState(stack));
  const processes = unknown.servers.flatMap(({ pid }) => identify(pid) ?? []);
  // INT shuts PostgreSQL down cleanly; for the others it is as good as TERM.
  await Promise.all(processes.map((server) => stopServer({ stopSignal: "SIGINT" }, server)));
  // Flink creates the folder of its checkpoints again, without our mark.
  const recreated = unknown.servers.flatMap(({ path }) => [path, dirname(path)]);
  folders.remove([...knownTo(former).folders, ...recreated]);
  const servers = former.resources.filter(isServer).map(({ outputs }) => String(outputs?.directory));
  for (const folder of servers.filter((folder) => !folders.has(folder))) removeEmptyAbove(folder);
  return !isNothing(unknown);
}

/** Flink's checkpoints recreate the old path of a renamed project folder. Removes its empty folders. */
function removeEmptyAbove(serverFolder: string): void {
  let directory = serverFolder;
  try {
    for (let level = 0; level < 3; level++) {
      directory = dirname(directory);
      if (existsSync(directory)) rmdirSync(directory);
    }
  } catch {
    // It is not empty.
  }
}

const NO_STATE: StackState = { resources: [], begun: [] };

function knownTo({ resources, begun }: StackState): Known {
  const servers = resources.filter(isServer);
  const folderOf = ({ inputs, outputs }: StateResource) => String((outputs ?? inputs)?.directory);
  return {
    folders: [...servers, ...begun.filter(isServer)].map(folderOf),
    processes: servers.flatMap(({ outputs }) => processesOf(outputs as unknown as Recorded)),
  };
}

function processesOf(server: Recorded): ProcessIdentity[] {
  const known = [supervisionOf(server.directory)?.keeper, runningServer(server)];
  return known.filter((one) => one !== undefined && isAlive(one)) as ProcessIdentity[];
}

function unknownOf(folders: StackFolders, known: Known): Unknown {
  const data = folders.present().filter((folder) => !known.folders.includes(folder));
  // PostgreSQL works in `data` below its folder.
  const ours = ({ path, isGone }: WorkingFolder) =>
    [path, dirname(path)].some((folder) => folders.has(folder) && (isGone || isServerFolder(folder)));
  const isKnown = (path: string) =>
    known.folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const servers = workingFolders().filter(
    (found) => ours(found) && !isKnown(found.path) && isDetached(found.pid),
  );
  return { servers, folders: data };
}

function lines({ servers, folders }: Unknown): string {
  return [
    ...servers.map(
      ({ pid, path, isGone }) =>
        `  process ${pid} (${commandOf(pid) ?? "?"})\n    runs in ${path}${isGone ? ", which is gone" : ""}`,
    ),
    ...folders.map((folder) => `  data in ${folder}`),
  ].join("\n");
}

function moved(
  stack: string,
  folders: StackFolders,
  outsideFolders: readonly string[],
  processes: readonly ProcessIdentity[],
): string {
  const alive = processes.map(({ pid }) => pid);
  const end = alive.length === 0 ? "" : `end its servers (kill ${alive.join(" ")}), `;
  return `The stack ${stack} was deployed for another folder than ${folders.directory}. Its servers have, or had, their data in

${outsideFolders.map((folder) => `  ${folder}`).join("\n")}

The project's folder was renamed since, or the setting "directory" changed. The stack cannot continue here: its servers
and Flink's checkpoints hold the former paths. Nothing has been started or removed.

To keep the data, ${end}put the folder's name or the setting back, then run the
same command there. To give up the data and deploy the stack again here:

  npm run destroy -- ${stack}
  npm run up -- ${stack}`;
}

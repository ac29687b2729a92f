import { colors } from "../../../lib/colors.ts";
import type { Report } from "../../../lib/section.ts";
import { residentMegabytes } from "../../../provider/process/memory.ts";
import { restartsOf } from "../../../provider/process/restarts.ts";
import { runningServer } from "../../../provider/process/serverProcess.ts";
import { isSupervised } from "../../../provider/process/supervision.ts";
import { supervisorsLastWord } from "../../../provider/process/supervisorLog.ts";
import { nameOf, type StateResource } from "../../stateResources.ts";
import { isServer } from "./resourceTypes.ts";

/** A server as the engine's state knows it. */
interface Recorded {
  readonly pid: number;
  readonly startedAt: string;
  readonly directory: string;
  readonly logFile: string;
  readonly supervised?: boolean;
}

interface Found extends Recorded {
  readonly name: string;
  readonly alive: boolean;
  /** Whether something restarts it if it ends. */
  readonly isKept: boolean;
  readonly megabytes: number;
  /** How often it was restarted, in words; empty if it never was. */
  readonly restarts: string;
}

/**
 * The processes of a stack on this machine; empty if it has none.
 *
 * @param stack its name
 */
export function describeServers(stack: string, resources: readonly StateResource[]): Report {
  const servers = resources.filter(isServer).map(find);
  if (servers.length === 0) return { rows: [], troubles: [] };
  const total = servers.reduce((sum, { megabytes }) => sum + megabytes, 0);
  const anyRestarted = servers.some(({ restarts }) => restarts !== "");
  const rows = servers.map((server) => [
    ...figures(server),
    ...(anyRestarted ? [server.restarts] : []),
    server.logFile,
  ]);
  return {
    rows,
    notes: [`${total} MB resident in all`],
    troubles: [...dead(stack, servers), ...returning(servers), ...unwatched(stack, servers)],
  };
}

function find(resource: StateResource): Found {
  const recorded = resource.outputs as unknown as Recorded;
  const server = runningServer(recorded);
  return {
    ...recorded,
    name: nameOf(resource),
    pid: server?.pid ?? recorded.pid,
    alive: server !== undefined,
    isKept: isSupervised(recorded.directory),
    megabytes: server === undefined ? 0 : residentMegabytes(server.pid),
    restarts: history(recorded.directory),
  };
}

function figures({ name, alive, isKept, pid, megabytes }: Found): string[] {
  const state = alive ? colors.green("running") : isKept ? colors.yellow("starting") : colors.red("dead");
  return [name, state, `pid ${pid}`, `${megabytes} MB`];
}

function history(directory: string): string {
  const { count, times } = restartsOf(directory);
  const last = times.at(-1);
  if (last === undefined) return "";
  return `started again ${count === 1 ? "once" : `${count} times`}, last at ${new Date(last).toISOString().slice(11, 19)}Z`;
}

function dead(stack: string, servers: readonly Found[]): string[] {
  const found = servers.filter(({ alive, isKept }) => !alive && !isKept);
  const names = namesOf(found);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")} ${are(names)} dead: npm run up -- ${stack} restarts what has died, on the same data; the log may say why it did.`,
    ...found.flatMap(({ name, logFile }) => {
      const said = supervisorsLastWord(logFile);
      return said === undefined ? [] : [`${name}: ${said}`];
    }),
  ];
}

function returning(servers: readonly Found[]): string[] {
  const names = namesOf(servers.filter(({ alive, isKept }) => !alive && isKept));
  if (names.length === 0) return [];
  return [
    `${names.join(", ")} ${are(names)} being started again by the supervisor; the log says how it goes.`,
  ];
}

function unwatched(stack: string, servers: readonly Found[]): string[] {
  const names = namesOf(servers.filter(({ supervised, alive, isKept }) => supervised && alive && !isKept));
  if (names.length === 0) return [];
  return [
    `${names.join(", ")} would not be started again if it died, because the supervisor was killed: npm run up -- ${stack} starts a new one.`,
  ];
}

const namesOf = (servers: readonly Found[]) => servers.map(({ name }) => name);

const are = (names: readonly string[]) => (names.length === 1 ? "is" : "are");

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import { until } from "../../lib/until.ts";
import { commandOf } from "./identity.ts";
import { supervisionOf } from "./supervision.ts";
import { serverFolderOf, type WorkingFolder } from "./workingFolder.ts";

const CONNECT_MS = 1_000;
/** How long the preparations of a start that was interrupted may hold a port. */
const LINGERING_MS = 2_000;

/**
 * Checks that all given ports of 127.0.0.1 are free to listen on.
 *
 * @param ports port by the name of its setting
 * @throws an error that lists every port in use, its setting, and its process if that can be determined
 */
export async function assertPortsFree(ports: Record<string, number>): Promise<void> {
  const problems = Object.entries(ports).map(async ([setting, port]) => {
    if (await until(() => isFree(port), { deadline: LINGERING_MS, pollMs: 100 })) return [];
    const { name, wayOut } = portHolder(port);
    return [
      `port ${port} is in use${name === undefined ? "" : ` by ${name}`}: ${wayOut}, or set ${setting} to a free port`,
    ];
  });
  const taken = (await Promise.all(problems)).flat();
  if (taken.length > 0) throw new Error(taken.join("; "));
}

/** Whether a port of 127.0.0.1 is free. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether something listens on a port of this machine. Does not keep a server that is just starting from doing so. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", timeout: CONNECT_MS });
    const settle = (isAnswered: boolean) => () => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.once("connect", settle(true)).once("error", settle(false));
    // A process that stands still has a queue, which may be full. If it was we who stood still, the answer is there.
    socket.once("timeout", () => setImmediate(settle(true)));
  });
}

/** The process that listens on a port, as far as this user may see. */
export interface PortHolder {
  /** `process 4711 (java … kafka.Kafka …)` */
  readonly name: string | undefined;
  /** Its folder, if it is one of our servers. */
  readonly folder: WorkingFolder | undefined;
  /** What to do about it. */
  readonly wayOut: string;
}

export function portHolder(port: number): PortHolder {
  const pid = holdingPid(port);
  const folder = pid === undefined ? undefined : serverFolderOf(pid);
  return { name: pid === undefined ? undefined : describe(pid), folder, wayOut: wayOut(folder) };
}

/** `process 4711 (java … kafka.Kafka …)` */
export const holderOf = (port: number): string | undefined => portHolder(port).name;

const holdingPid = (port: number) => (process.platform === "linux" ? linuxHolder(port) : lsofHolder(port));

function describe(pid: number): string {
  const command = commandOf(pid);
  return `process ${pid}${command === undefined ? "" : ` (${command})`}`;
}

/** If the stack of one of our servers is no longer known, the server can only be stopped by hand. */
function wayOut(folder: WorkingFolder | undefined): string {
  if (folder === undefined) return "stop the process that uses it";
  const { pid, path, isGone } = folder;
  // The keeper comes first, because it would start the server again.
  const keeper = supervisionOf(path)?.keeper.pid;
  const kill = `kill ${keeper === undefined ? "" : `${keeper} `}${pid}`;
  return isGone
    ? `its working folder ${path} no longer exists, so it belongs to an earlier stack; stop it with \`kill ${pid}\``
    : `it is a server of another or an earlier stack of this project, with its data in ${path}; destroy that stack (npm run destroy), or end the server with \`${kill}\``;
}

// proc(5): /proc/net/tcp lists sockets by inode (field 10; state 0A is LISTEN), /proc/<pid>/fd links to them.
function linuxHolder(port: number): number | undefined {
  try {
    const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
    const sockets = ["/proc/net/tcp", "/proc/net/tcp6"]
      // Without IPv6, the second one does not exist.
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, "utf8").split("\n"))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === "0A")
      .map((fields) => `socket:[${fields[9]}]`);
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => openFiles(pid).some((target) => sockets.includes(target)));
  } catch {
    return undefined;
  }
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return "";
      }
    });
  } catch {
    return []; // another user's process
  }
}

function lsofHolder(port: number): number | undefined {
  try {
    const args = ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-t"];
    return Number(
      execFileSync("lsof", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n")[0],
    );
  } catch {
    return undefined;
  }
}

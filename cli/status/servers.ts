import pc from "picocolors";
import { isAlive } from "../../provider/process/identity.ts";
import { residentMegabytes } from "../../provider/process/memory.ts";
import { isServer, nameOf, type StateResource } from "../stateResources.ts";
import { table } from "../summary.ts";

/** The processes of a stack on this machine; nothing where it has none. */
export function describeServers(resources: readonly StateResource[]): string {
  const servers = resources.filter(isServer);
  if (servers.length === 0) return "";
  let total = 0;
  const rows = servers.map((server) => {
    const { pid, startedAt, logFile } = server.outputs as { pid: number; startedAt: string; logFile: string };
    const alive = isAlive({ pid, startedAt });
    const megabytes = alive ? residentMegabytes(pid) : 0;
    total += megabytes;
    return [
      nameOf(server),
      alive ? pc.green("running") : pc.red("dead"),
      `pid ${pid}`,
      `${megabytes} MB`,
      logFile,
    ];
  });
  return `${table(rows)}\n  ${total} MB resident in all`;
}

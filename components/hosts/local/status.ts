import pc from "picocolors";
import type { Report } from "../../../lib/section.ts";
import { table } from "../../../lib/table.ts";
import { isAlive } from "../../../provider/process/identity.ts";
import { residentMegabytes } from "../../../provider/process/memory.ts";
import { nameOf, type StateResource } from "../../stateResources.ts";
import { isServer } from "./resourceTypes.ts";

/**
 * The processes of a stack on this machine; empty if it has none.
 *
 * @param name of the stack
 */
export function describeServers(name: string, resources: readonly StateResource[]): Report {
  const servers = resources.filter(isServer);
  if (servers.length === 0) return { body: "", troubles: [] };
  const dead: string[] = [];
  let total = 0;
  const rows = servers.map((server) => {
    const { pid, startedAt, logFile } = server.outputs as { pid: number; startedAt: string; logFile: string };
    const alive = isAlive({ pid, startedAt });
    const megabytes = alive ? residentMegabytes(pid) : 0;
    total += megabytes;
    if (!alive) dead.push(nameOf(server));
    return [
      nameOf(server),
      alive ? pc.green("running") : pc.red("dead"),
      `pid ${pid}`,
      `${megabytes} MB`,
      logFile,
    ];
  });
  return {
    body: `${table(rows)}\n  ${total} MB resident in all`,
    troubles:
      dead.length === 0
        ? []
        : [
            `${dead.join(", ")} ${dead.length === 1 ? "is" : "are"} dead: npm run up -- ${name} starts again what has died, on the same data; the log may say why it did.`,
          ],
  };
}

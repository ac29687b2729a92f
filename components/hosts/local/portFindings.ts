import type { Finding } from "../../../lib/finding.ts";
import { holderOf, isFree, serverAt } from "../../../provider/process/ports.ts";
import type { HostSettings, Part } from "../host.ts";
import type { StackFolders } from "./folders.ts";
import type { definitions } from "./settings.ts";

type Settings = HostSettings<typeof definitions>;

const PORTS = {
  kafka: ["kafka.port", "kafka.controllerPort"],
  postgres: ["postgres.port"],
  openSearch: ["openSearch.port", "openSearch.transportPort"],
  flink: ["flink.webPort", "flink.rpcPort", "flink.gatewayPort"],
  generator: [],
  notifier: [],
  page: ["page.port"],
} as const satisfies Readonly<Record<Part, readonly (keyof Settings)[]>>;

/**
 * Whether the ports of a stack's servers on this machine are free, or held by its own servers.
 *
 * @param folders of the stack
 */
export async function portFindings(
  settings: Settings,
  parts: readonly Part[],
  folders: Pick<StackFolders, "has">,
): Promise<Finding[]> {
  const names = parts.flatMap((part): readonly (keyof Settings)[] => PORTS[part]);
  return Promise.all(names.map((name) => portFinding(name, Number(settings[name]), folders)));
}

async function portFinding(name: string, port: number, folders: Pick<StackFolders, "has">): Promise<Finding> {
  if (await isFree(port)) return { name, value: `${port}, free` };
  const server = serverAt(port);
  if (server !== undefined && folders.has(server.path)) return { name, value: `${port}, the stack's own` };
  return {
    name,
    value: `${port}, taken`,
    trouble: {
      problem: `Port ${port} is in use by ${holderOf(port) ?? "a process of another user"}.`,
      remedy: `Stop what uses it, or set ${name} to a free port.`,
      stops: true,
    },
  };
}

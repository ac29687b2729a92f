import { capitalized } from "../../../lib/capitalized.ts";
import type { Finding } from "../../../lib/finding.ts";
import { isListening, portHolder } from "../../../provider/process/ports.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostSettings, Part } from "../host.ts";
import type { StackFolders } from "./folders.ts";
import { portsOf } from "./ports.ts";
import type { definitions } from "./settings.ts";

type Settings = HostSettings<typeof definitions>;

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
  return Promise.all(portsOf(parts).map((name) => portFinding(name, settings[name], folders)));
}

/**
 * Refuses an `up` whose servers could not start, before anything is created.
 *
 * @throws SettingsError with every taken port
 */
export async function refuseTakenPorts(...stack: Parameters<typeof portFindings>): Promise<void> {
  const troubles = (await portFindings(...stack)).flatMap(({ trouble }) => trouble ?? []);
  if (troubles.length > 0)
    throw new SettingsError(troubles.map(({ problem, remedy }) => `${problem} ${remedy}`));
}

async function portFinding(name: string, port: number, folders: Pick<StackFolders, "has">): Promise<Finding> {
  if (!(await isListening(port))) return { name, value: `${port}, free` };
  const { name: holder = "a process of another user", folder, wayOut } = portHolder(port);
  if (folder !== undefined && folders.has(folder.path)) return { name, value: `${port}, the stack's own` };
  return {
    name,
    value: `${port}, taken`,
    trouble: {
      problem: `Port ${port} is in use by ${holder}.`,
      remedy: `${capitalized(wayOut)}, or set ${name} to a free port.`,
      stops: true,
    },
  };
}

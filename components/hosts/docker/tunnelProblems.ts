import { isListening, portHolder } from "../../../provider/process/ports.ts";
import type { PortSetting } from "./ports.ts";

type Ports = Readonly<Record<PortSetting, number>>;

/**
 * Why this machine does not reach containers on another one, one sentence per problem. They publish their ports on
 * 127.0.0.1 of their own machine, so this one reaches them through a tunnel.
 *
 * @param settings the port of each setting
 * @param needed the settings of the ports that the stack's containers publish
 * @param address of the engine
 */
export async function tunnelProblems(
  settings: Ports,
  needed: readonly PortSetting[],
  address: string,
): Promise<string[]> {
  const open = await Promise.all(needed.map((setting) => isListening(settings[setting])));
  const missing = needed.filter((_, index) => !open[index]);
  const held = needed.filter((_, index) => open[index]);
  const problems = held.flatMap((setting) => serverProblem(setting, settings[setting]));
  if (missing.length === 0) return problems;
  const closed = missing.map((setting) => `${settings[setting]} (${setting})`).join(", ");
  const ports = needed.map((setting) => settings[setting]);
  return [
    ...problems,
    `docker.host is ${address}, whose containers are reached through a tunnel, but nothing listens at ${closed} of this machine: keep this running: ${tunnelCommand(ports, address)}`,
  ];
}

/** The servers of a stack on this machine have the same ports by default: jobs would be sent to its gateway. */
function serverProblem(setting: PortSetting, port: number): string[] {
  const { folder, wayOut } = portHolder(port);
  if (folder === undefined) return [];
  return [
    `${setting} is ${port}, which is held by a server of a stack on this machine, not by a tunnel: ${wayOut}, or set ${setting} to a free port`,
  ];
}

function tunnelCommand(ports: readonly number[], address: string): string {
  const { protocol, username, hostname, port } = new URL(address);
  // With tcp, the port is the engine's own.
  const options = protocol === "ssh:" && port !== "" ? [`-p ${port}`] : [];
  const forwards = ports.map((each) => `-L ${each}:127.0.0.1:${each}`);
  const login = `${username === "" ? "" : `${username}@`}${hostname}`;
  return ["ssh -N", ...options, ...forwards, login].join(" ");
}

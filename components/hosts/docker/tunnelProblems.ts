import { isListening } from "../../../provider/process/ports.ts";
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
  if (missing.length === 0) return [];
  const closed = missing.map((setting) => `${settings[setting]} (${setting})`).join(", ");
  const ports = needed.map((setting) => settings[setting]);
  return [
    `docker.host is ${address}, whose containers are reached through a tunnel, but nothing listens at ${closed} of this machine: keep this running: ${tunnelCommand(ports, address)}`,
  ];
}

function tunnelCommand(ports: readonly number[], address: string): string {
  const { username, hostname } = new URL(address);
  const forwards = ports.map((each) => `-L ${each}:127.0.0.1:${each}`);
  const login = `${username === "" ? "" : `${username}@`}${hostname}`;
  return ["ssh -N", ...forwards, login].join(" ");
}

import type { HostSettings, Part } from "../host.ts";
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

/** The settings of the ports at which parts of a stack listen. */
export const portsOf = (parts: readonly Part[]) =>
  parts.flatMap((part): readonly (typeof PORTS)[Part][number][] => PORTS[part]);

const [LOWEST, HIGHEST] = [9201, 9299];

/** OpenSearch's runner tries ports in this range only. */
export function openSearchPortProblems(settings: Settings, parts: readonly Part[]): string[] {
  const port = settings["openSearch.port"];
  if (!parts.includes("openSearch") || !(port < LOWEST || port > HIGHEST)) return [];
  return [
    `openSearch.port is ${port}; allowed for OpenSearch on this machine (openSearch.runsOn local) is a whole number from ${LOWEST} to ${HIGHEST}`,
  ];
}

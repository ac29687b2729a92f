import type { Part } from "../host.ts";

const PORTS = {
  kafka: ["kafka.port"],
  postgres: ["postgres.port"],
  openSearch: ["openSearch.port"],
  flink: ["flink.webPort", "flink.gatewayPort"],
  generator: [],
  notifier: [],
  page: ["page.port"],
} as const satisfies Readonly<Record<Part, readonly string[]>>;

export type PortSetting = (typeof PORTS)[Part][number];

/** The settings of the ports that the containers of parts of a stack publish. */
export const portsOf = (parts: readonly Part[]) =>
  parts.flatMap((part): readonly PortSetting[] => PORTS[part]);

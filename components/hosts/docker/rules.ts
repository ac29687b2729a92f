import type { SharedSettings } from "../../settings/shared.ts";
import type { Part } from "../host.ts";

/** What each client in a container connects to. */
const CONNECTS = {
  flink: ["kafka", "postgres", "openSearch"],
  notifier: ["kafka"],
} as const;

/** Containers reach each other, and the internet, but nothing that listens on 127.0.0.1 of their host. */
export function reachProblems(settings: SharedSettings, parts: readonly Part[]): string[] {
  const clients = (["flink", "notifier"] as const).filter((client) => parts.includes(client));
  return clients.flatMap((client) =>
    CONNECTS[client]
      .filter((service) => settings[`${service}.runsOn`] === "local")
      .filter((service) => service !== "openSearch" || settings["openSearch.enabled"])
      .map(
        (service) =>
          `${service}.runsOn is local, but ${client}.runsOn is docker, and containers reach no service on this machine: set ${service}.runsOn to docker or aiven, or ${client}.runsOn to local`,
      ),
  );
}

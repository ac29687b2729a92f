import type { HostSettings, Part } from "../host.ts";
import type { definitions } from "./settings.ts";

/** What is missing to reach the cluster, one sentence per problem. */
export function addressProblems(
  settings: HostSettings<typeof definitions>,
  parts: readonly Part[],
): string[] {
  if (!parts.includes("flink")) return [];
  return (["flink.gatewayUrl", "flink.webUrl"] as const)
    .filter((key) => settings[key] === "")
    .map(
      (key) =>
        `${key} is empty, but flink.runsOn is gateway: set it to the address that this machine reaches`,
    );
}

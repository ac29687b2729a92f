import type { HostSettings, Part } from "../host.ts";
import type { definitions } from "./settings.ts";

/** Settings that do not fit a Flink behind a gateway, one sentence per problem. */
export function gatewayProblems(
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

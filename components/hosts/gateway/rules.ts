import { unreadableWithoutFormat } from "../../source/sourceProblems.ts";
import type { HostSettings, Part } from "../host.ts";
import type { definitions } from "./settings.ts";

/** What does not fit a Flink behind a gateway, one sentence per problem. */
export function gatewayProblems(
  settings: HostSettings<typeof definitions>,
  parts: readonly Part[],
): string[] {
  if (!parts.includes("flink")) return [];
  const unreadable = unreadableWithoutFormat(
    settings,
    "flink.hasReadingFormat is false",
    "install the jar of flink/reading on the cluster and set flink.hasReadingFormat to true",
  );
  return [...addressProblems(settings), ...(settings["flink.hasReadingFormat"] === false ? unreadable : [])];
}

/** What is missing to reach the cluster. */
function addressProblems(settings: HostSettings<typeof definitions>): string[] {
  return (["flink.gatewayUrl", "flink.webUrl"] as const)
    .filter((key) => settings[key] === "")
    .map(
      (key) =>
        `${key} is empty, but flink.runsOn is gateway: set it to the address that this machine reaches`,
    );
}

import type { HostSettings, Part } from "../host.ts";
import type { definitions } from "./settings.ts";

export type ExternalSettings = HostSettings<typeof definitions>;

/** What is missing to reach the services, one sentence per problem. */
export function loginProblems(settings: ExternalSettings, parts: readonly Part[]): string[] {
  const needed: [Part, keyof ExternalSettings, string][] = [
    ["kafka", "kafka.bootstrapServers", "the addresses of its brokers"],
    ...kafkaLogin(settings),
    ["postgres", "postgres.address", "its host name"],
    ["postgres", "postgres.database", "the database that the tables are to be in"],
    ["postgres", "postgres.user", "the user that owns the tables"],
    ["openSearch", "openSearch.url", "its address"],
  ];
  const missing = needed
    .filter(([part, key]) => parts.includes(part) && settings[key] === "")
    .map(([part, key, what]) => `${key} is empty, but ${part}.runsOn is external: set it to ${what}`);
  return [...missing, ...untrusted(settings, parts)];
}

/** Flink's connector for OpenSearch trusts what its Java trusts, and only the user's own Flink can be given more. */
function untrusted(settings: ExternalSettings, parts: readonly Part[]): string[] {
  const { "openSearch.caFile": file, "flink.runsOn": flink } = settings;
  if (!parts.includes("openSearch") || !file || flink === "gateway") return [];
  return [
    `openSearch.caFile is ${file}, but flink.runsOn is ${flink}, whose connector for OpenSearch accepts only authorities that Java knows by itself: use a certificate of such a one, or a Flink of your own that trusts yours (flink.runsOn: gateway)`,
  ];
}

function kafkaLogin(settings: ExternalSettings): [Part, keyof ExternalSettings, string][] {
  switch (settings["kafka.login"]) {
    case "none":
      return [];
    case "certificate":
      return [["kafka", "kafka.certificateFile", "the file of the client certificate"]];
    default:
      return [["kafka", "kafka.user", "the user that the stack logs in as"]];
  }
}

/** Whether a Flink on this machine logs in to Kafka with a password, which not every Java can do. */
export const logsInByPassword = (settings: ExternalSettings, parts: readonly Part[]) =>
  parts.includes("kafka") &&
  !["none", "certificate"].includes(settings["kafka.login"]) &&
  settings["flink.runsOn"] === "local";

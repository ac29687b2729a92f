import type { HostSettings, Part } from "../host.ts";
import { flinkProblems } from "./flinkRules.ts";
import { productionProblems } from "./productionRules.ts";
import type { definitions } from "./settings.ts";

/** The services of Aiven that a stack can have there beside Flink. */
const SERVICES = ["kafka", "postgres", "openSearch"] as const;

export type AivenSettings = HostSettings<typeof definitions>;

/** Which of the services run on Aiven, Flink aside. */
export const servicesOnAiven = (parts: readonly Part[]) =>
  SERVICES.filter((service) => parts.includes(service));

/** What does not fit services on Aiven, one sentence per problem. */
export function aivenProblems(settings: AivenSettings, parts: readonly Part[]): string[] {
  const problems = flinkProblems(settings, parts);
  const factor = settings["kafka.replicationFactor"];
  if (parts.includes("kafka") && factor < 2) {
    problems.push(`kafka.replicationFactor is ${factor}, but Aiven requires at least 2`);
  }
  if (parts.length === 0) return problems;
  if (settings["aiven.project"] === "") {
    problems.push(
      `aiven.project is empty, but services run on Aiven: set it to the project that they belong in`,
    );
  }
  return settings["aiven.protected"] ? [...problems, ...productionProblems(settings, parts)] : problems;
}

/** Whether a Flink on this machine logs in to Kafka on Aiven by password, which not every Java can do. */
export const logsInByPassword = (settings: AivenSettings, parts: readonly Part[]) =>
  parts.includes("kafka") &&
  settings["kafka.authentication"] === "sasl" &&
  settings["flink.runsOn"] === "local";

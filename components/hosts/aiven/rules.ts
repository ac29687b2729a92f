import { raiseAlerts } from "../../pipelines.ts";
import type { HostSettings, Part } from "../host.ts";
import { flinkProblems } from "./flinkRules.ts";
import { networkProblems } from "./networkRules.ts";
import { productionProblems } from "./productionRules.ts";
import type { definitions } from "./settings.ts";

/** The services that a stack can have on Aiven, except Flink. */
const SERVICES = ["kafka", "postgres", "openSearch"] as const;

export type AivenSettings = HostSettings<typeof definitions>;

/** The value of `<service>.runsOn` for an existing service, which stays as it is. */
export const EXISTING = "existing";

/** The services that are created on Aiven, except Flink. */
export const createdServices = (settings: AivenSettings, parts: readonly Part[]) =>
  SERVICES.filter((service) => parts.includes(service) && settings[`${service}.runsOn`] !== EXISTING);

/** The services that already exist on Aiven, except Flink. */
export const existingServices = (settings: AivenSettings, parts: readonly Part[]) =>
  SERVICES.filter((service) => parts.includes(service) && settings[`${service}.runsOn`] === EXISTING);

/** Settings that do not fit services on Aiven, one sentence per problem. */
export function aivenProblems(settings: AivenSettings, parts: readonly Part[]): string[] {
  const services = {
    created: createdServices(settings, parts),
    existing: existingServices(settings, parts),
  };
  const problems = [...flinkProblems(settings, parts), ...networkProblems(settings, services)];
  const factor = settings["kafka.replicationFactor"];
  if (parts.includes("kafka") && factor < 2) {
    problems.push(`kafka.replicationFactor is ${factor}, but Aiven requires at least 2`);
  }
  problems.push(...namelessServices(settings, parts));
  if (parts.length === 0) return problems;
  if (settings["aiven.project"] === "") {
    problems.push("aiven.project is empty, but services run on Aiven: set it to their project");
  }
  return settings["aiven.protected"]
    ? [...problems, ...productionProblems(settings, parts, services.created)]
    : problems;
}

/** Whether the stack may have a notifier; with `slack.via: connector`, a webhook, which is a secret, decides. */
export const mayNotify = (settings: Pick<AivenSettings, "notifier.enabled" | "pipelines">) =>
  settings["notifier.enabled"] && raiseAlerts(settings.pipelines);

function namelessServices(settings: AivenSettings, parts: readonly Part[]): string[] {
  const problems = existingServices(settings, parts)
    .filter((service) => settings[`${service}.service`] === "")
    .map(
      (service) =>
        `${service}.service is empty, but ${service}.runsOn is existing: set it to the name of the service in the Aiven project`,
    );
  const database = settings["postgres.database"];
  if (database && existingServices(settings, parts).includes("postgres") && parts.includes("flink")) {
    problems.push(
      `postgres.database is ${database}, but Flink on Aiven reaches only the database that every service has: leave it out`,
    );
  }
  return problems;
}

/** Whether a Flink on this machine logs in to Kafka on Aiven by password, which not every Java supports. */
export const logsInByPassword = (settings: AivenSettings, parts: readonly Part[]) =>
  parts.includes("kafka") &&
  settings["kafka.authentication"] === "sasl" &&
  settings["flink.runsOn"] === "local";

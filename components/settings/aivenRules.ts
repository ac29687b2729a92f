import type { Settings } from "./definitions.ts";
import { ON_AIVEN } from "./flink.ts";
import { prefixLength } from "./structuredTypes.ts";

const SERVICES = ["kafka", "postgres", "openSearch"] as const;

/** Which of the services run on Aiven, Flink aside. */
export function servicesOnAiven(settings: Settings): (typeof SERVICES)[number][] {
  return SERVICES.filter((service) => service !== "openSearch" || settings["openSearch.enabled"]).filter(
    (service) => settings[`${service}.runsOn`] === "aiven",
  );
}

/** Whether any service is on Aiven, so that its API is needed. */
export const usesAiven = (settings: Settings) =>
  servicesOnAiven(settings).length > 0 || ON_AIVEN.includes(settings["flink.runsOn"]);

/** What does not fit services on Aiven, a sentence a problem. */
export function aivenProblems(settings: Settings): string[] {
  const problems = replication(settings);
  if (!usesAiven(settings)) return problems;
  if (settings["aiven.project"] === "") {
    problems.push(
      `aiven.project is empty, but services run on Aiven: set it to the project that they belong in`,
    );
  }
  return settings["aiven.protected"] ? [...problems, ...production(settings)] : problems;
}

function replication(settings: Settings): string[] {
  const factor = settings["kafka.replicationFactor"];
  const inSync = settings["kafka.minInsyncReplicas"];
  const problems: string[] = [];
  const single = { local: "this machine", docker: "Docker", aiven: undefined }[settings["kafka.runsOn"]];
  if (single !== undefined && factor > 1) {
    problems.push(
      `kafka.replicationFactor is ${factor}, but Kafka on ${single} is a single broker: set it to 1`,
    );
  }
  if (settings["kafka.runsOn"] === "aiven" && factor < 2) {
    problems.push(`kafka.replicationFactor is ${factor}, but Aiven wants 2 at least`);
  }
  if (inSync > 1 && inSync >= factor) {
    problems.push(
      `kafka.minInsyncReplicas is ${inSync} of ${factor} copies (kafka.replicationFactor), so that nothing could be written while one broker is away: set it to ${Math.max(factor - 1, 1)} or less`,
    );
  }
  return problems;
}

/** What a protected stack has to have. */
function production(settings: Settings): string[] {
  return [...openNetworks(settings), ...singleNodes(settings), ...fewCopies(settings)];
}

function openNetworks(settings: Settings): string[] {
  const networks = settings["aiven.allowedNetworks"] ?? [];
  const example = 'such as ["203.0.113.0/24"]';
  if (networks.length === 0) {
    return [
      `aiven.allowedNetworks is empty, but aiven.protected is true: list the networks that may reach the services, ${example}`,
    ];
  }
  return networks
    .filter((network) => prefixLength(network) < 8)
    .map(
      (network) =>
        `aiven.allowedNetworks has ${network}, which lets much of the internet in, but aiven.protected is true: list the networks that may reach the services, ${example}`,
    );
}

/** https://aiven.io/docs/platform/concepts/service-pricing: hobbyist and startup plans have no standby. */
function singleNodes(settings: Settings): string[] {
  return servicesOnAiven(settings)
    .map((service) => `${service}.plan` as const)
    .filter((key) => /^(free|hobbyist|startup)\b/.test(settings[key] ?? ""))
    .map(
      (key) =>
        `${key} is ${settings[key]}, which is not made for production, but aiven.protected is true: choose a business or premium plan`,
    );
}

function fewCopies(settings: Settings): string[] {
  if (settings["kafka.runsOn"] !== "aiven") return [];
  const least = { "kafka.replicationFactor": 3, "kafka.minInsyncReplicas": 2 } as const;
  return (Object.keys(least) as (keyof typeof least)[])
    .filter((key) => settings[key] < least[key])
    .map(
      (key) =>
        `${key} is ${settings[key]}, but aiven.protected is true, which wants ${least[key]} at least: set it to ${least[key]}`,
    );
}

import type { HostSettings, Part } from "../host.ts";
import { inPulumisNotation, type OptionalService } from "./serviceOptions.ts";
import type { definitions } from "./settings.ts";
import { prefixLength } from "./settingTypes.ts";

type AivenSettings = HostSettings<typeof definitions>;

/**
 * What a protected stack lacks, one sentence per problem.
 *
 * @param created the services that the stack creates, except Flink: it does not change others
 */
export function productionProblems(
  settings: AivenSettings,
  parts: readonly Part[],
  created: readonly OptionalService[],
): string[] {
  return [
    ...openNetworks(settings, created),
    ...singleNodes(settings, created),
    ...fewCopies(settings, parts),
  ];
}

function openNetworks(settings: AivenSettings, created: readonly OptionalService[]): string[] {
  if (created.length === 0 && settings["flink.runsOn"] !== "managed") return [];
  const networks = settings["aiven.allowedNetworks"] ?? [];
  const example = 'such as ["203.0.113.0/24"]';
  if (networks.length === 0 && isPrivate(settings)) return [];
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

/** Whether only networks peered with a VPC can reach the services. */
const isPrivate = (settings: AivenSettings) =>
  settings["aiven.vpc"] !== "" &&
  (["kafka", "postgres", "openSearch"] as const).every(
    (service) =>
      settings[`${service}.access`] !== "public" &&
      !("publicAccess" in inPulumisNotation(settings[`${service}.userConfig`] ?? {})),
  );

/** https://aiven.io/docs/platform/concepts/service-pricing: hobbyist and startup plans have no standby. */
function singleNodes(settings: AivenSettings, created: readonly OptionalService[]): string[] {
  return (
    created
      // Standard Kafka has offerings of three nodes instead of plans.
      .filter((service) => service !== "kafka" || settings["kafka.type"] !== "standard")
      .map((service) => `${service}.plan` as const)
      .filter((key) => /^(free|dev|developer|hobbyist|startup)\b/.test(settings[key] ?? ""))
      .map(
        (key) =>
          `${key} is ${settings[key]}, which is not made for production, but aiven.protected is true: choose a business or premium plan${key === "kafka.plan" ? ", or set kafka.type to standard" : ""}`,
      )
  );
}

function fewCopies(settings: AivenSettings, parts: readonly Part[]): string[] {
  if (!parts.includes("kafka")) return [];
  const least = { "kafka.replicationFactor": 3, "kafka.minInsyncReplicas": 2 } as const;
  return (Object.keys(least) as (keyof typeof least)[])
    .filter((key) => settings[key] < least[key])
    .map(
      (key) =>
        `${key} is ${settings[key]}, but aiven.protected is true, which requires at least ${least[key]}: set it to ${least[key]}`,
    );
}

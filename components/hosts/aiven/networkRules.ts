import type { HostSettings } from "../host.ts";
import {
  ALWAYS,
  COMPONENTS,
  contradictions,
  inPulumisNotation,
  type OptionalService,
  STANDARD,
  secondAddress,
} from "./serviceOptions.ts";
import type { definitions } from "./settings.ts";

type AivenSettings = HostSettings<typeof definitions>;

/** The services of a stack on Aiven, except Flink. */
interface Services {
  readonly created: readonly OptionalService[];
  readonly existing: readonly OptionalService[];
}

/** Problems with the network of services on Aiven, and with their own settings, one sentence each. */
export function networkProblems(settings: AivenSettings, { created, existing }: Services): string[] {
  const withFlink = settings["flink.runsOn"] === "managed" ? [...created, "flink" as const] : created;
  return [
    ...existing.flatMap((service) => givenInVain(settings, service)),
    ...created.flatMap((service) => uselessAccess(settings, service)),
    ...withFlink.flatMap((service) => ownSettings(settings, service)),
  ];
}

/** An existing service is not changed. It may have several addresses; only Kafka's can be chosen. */
function givenInVain(settings: AivenSettings, service: OptionalService): string[] {
  const given = {
    access: service !== "kafka" && settings[`${service}.access`] !== "default",
    additionalDiskGb: settings[`${service}.additionalDiskGb`] > 0,
    staticIps: settings[`${service}.staticIps`]?.length > 0,
    userConfig: Object.keys(settings[`${service}.userConfig`] ?? {}).length > 0,
  };
  return Object.entries(given)
    .filter(([, isGiven]) => isGiven)
    .map(
      ([key]) =>
        `${service}.${key} is set, but ${service}.runsOn is existing, and the stack does not change that service: leave it out`,
    );
}

function uselessAccess(settings: AivenSettings, service: OptionalService): string[] {
  const access = settings[`${service}.access`];
  if (access === undefined || access === "default" || settings["aiven.vpc"] !== "") return [];
  return [
    `${service}.access is ${access}, but aiven.vpc is empty: only a service in a VPC has another address; set aiven.vpc, or ${service}.access to default`,
  ];
}

/** Aiven's settings that have a setting here, or that nobody may change, by their first key. */
const OURS: Readonly<Record<string, string>> = {
  kafkaVersion: "set kafka.version",
  pgVersion: "set postgres.version",
  opensearchVersion: "set openSearch.version",
  flinkVersion: "it is 1.20 everywhere",
  numberOfTaskSlots: "set flink.taskSlots",
  kafkaAuthenticationMethods: "set kafka.authentication",
  inkless: "set kafka.type",
  ipFilter: "set aiven.allowedNetworks",
  ipFilters: "set aiven.allowedNetworks",
  ipFilterStrings: "set aiven.allowedNetworks",
  ipFilterObjects: "set aiven.allowedNetworks",
  staticIps: "set <service>.staticIps",
};

function ownSettings(settings: AivenSettings, service: OptionalService | "flink"): string[] {
  const given = inPulumisNotation(settings[`${service}.userConfig`] ?? {});
  const decided = Object.keys(given)
    .filter((key) => key in OURS)
    .map(
      (key) =>
        `${service}.userConfig has ${key}, which the stack decides: leave it out; ${OURS[key]?.replace("<service>", service)}`,
    );
  const contradicted = contradictions(given, service === "flink" ? {} : needed(settings, service)).map(
    ({ path, given, own }) =>
      `${service}.userConfig has ${path}: ${JSON.stringify(given)}, but the stack needs ${JSON.stringify(own)}: leave it out`,
  );
  return [...decided, ...contradicted];
}

/** What the stack needs of a service, other than {@link OURS}. */
function needed(settings: AivenSettings, service: OptionalService) {
  const mayBeStandard = service === "kafka" && settings["kafka.type"] !== "classic";
  return {
    ...ALWAYS[service],
    ...secondAddress(settings[`${service}.access`], COMPONENTS[service]),
    ...(mayBeStandard && { tieredStorage: STANDARD.tieredStorage }),
  };
}

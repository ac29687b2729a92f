import type { HostContext } from "../host.ts";
import type { KafkaChoice } from "./kafkaType.ts";
import { serviceName } from "./project.ts";
import { createdServices } from "./rules.ts";
import type { definitions } from "./settings.ts";
import { SERVICE_NAME } from "./settingTypes.ts";

/** A service that a stack creates on Aiven. */
export interface PlannedService {
  /** The prefix of its settings' names. */
  readonly service: keyof typeof TYPES;
  readonly name: string;
  /** Aiven's name for its type. */
  readonly type: string;
  readonly plan: string;
  /** Whether the plan is an offering of Standard Kafka. */
  readonly isOffering: boolean;
  readonly cloud: string;
}

// Aiven's name for each type, and the end of the name of such a service.
const TYPES = {
  kafka: { type: "kafka", ending: "kafka" },
  postgres: { type: "pg", ending: "postgresql" },
  openSearch: { type: "opensearch", ending: "opensearch" },
  flink: { type: "flink", ending: "flink" },
} as const;

/**
 * The services that a stack with these settings creates on Aiven.
 *
 * @param kafka undefined if Kafka does not run on Aiven, or is not available there
 */
export function plannedServices(
  { settings, parts, stack }: Pick<HostContext<typeof definitions>, "settings" | "parts" | "stack">,
  kafka: KafkaChoice | undefined,
): PlannedService[] {
  const managed = settings["flink.runsOn"] === "managed" ? (["flink"] as const) : [];
  return [...createdServices(settings, parts), ...managed].map((service) => ({
    service,
    name: serviceName(settings["aiven.prefix"], stack, TYPES[service].ending),
    type: TYPES[service].type,
    plan: service === "kafka" ? (kafka?.plan ?? "") : settings[`${service}.plan`],
    isOffering: service === "kafka" && kafka?.type === "standard",
    cloud: settings["aiven.cloud"],
  }));
}

/** Whether the names of services can begin with the stack's name, which they do without aiven.prefix. */
export function namingProblems(stack: string, planned: readonly PlannedService[]): string[] {
  const wrong = planned.filter(({ name }) => !SERVICE_NAME.test(name)).map(({ name }) => name);
  if (wrong.length === 0) return [];
  return [
    `aiven.prefix is empty, so the names of services begin with the stack's name, ${stack}, but Aiven does not accept ${wrong.join(", ")}: set aiven.prefix to a letter, then up to 39 letters, digits and dashes, all in lower case`,
  ];
}

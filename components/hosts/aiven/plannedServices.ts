import { servicesOnAiven } from "../../settings/aivenRules.ts";
import type { Settings } from "../../settings.ts";
import { serviceName } from "./project.ts";

/** A service that a stack creates on Aiven. */
export interface PlannedService {
  /** What the names of its settings begin with. */
  readonly service: keyof typeof TYPES;
  readonly name: string;
  /** Aiven's word for its type. */
  readonly type: string;
  readonly plan: string;
  readonly cloud: string;
}

// Aiven's word for each type, and what the name of a service of it ends with.
const TYPES = {
  kafka: { type: "kafka", ending: "kafka" },
  postgres: { type: "pg", ending: "postgresql" },
  openSearch: { type: "opensearch", ending: "opensearch" },
  flink: { type: "flink", ending: "flink" },
} as const;

/** The services that a stack with these settings creates on Aiven. */
export function plannedServices(settings: Settings, stack: string): PlannedService[] {
  const managed = settings["flink.runsOn"] === "managed" ? (["flink"] as const) : [];
  return [...servicesOnAiven(settings), ...managed].map((service) => ({
    service,
    name: serviceName(settings, stack, TYPES[service].ending),
    type: TYPES[service].type,
    plan: settings[`${service}.plan`],
    cloud: settings["aiven.cloud"],
  }));
}

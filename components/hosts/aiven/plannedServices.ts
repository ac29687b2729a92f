import type { HostContext } from "../host.ts";
import { serviceName } from "./project.ts";
import { servicesOnAiven } from "./rules.ts";
import type { definitions } from "./settings.ts";

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
export function plannedServices({
  settings,
  parts,
  stack,
}: Pick<HostContext<typeof definitions>, "settings" | "parts" | "stack">): PlannedService[] {
  const managed = settings["flink.runsOn"] === "managed" ? (["flink"] as const) : [];
  return [...servicesOnAiven(parts), ...managed].map((service) => ({
    service,
    name: serviceName(settings["aiven.prefix"], stack, TYPES[service].ending),
    type: TYPES[service].type,
    plan: settings[`${service}.plan`],
    cloud: settings["aiven.cloud"],
  }));
}

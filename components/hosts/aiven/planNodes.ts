import type { AivenPlan } from "../../../clients/aiven/model.ts";
import type { PlannedService } from "./plannedServices.ts";
import type { AivenSettings } from "./rules.ts";

/** Why the plan of a protected service that holds data is not made for production, in a sentence. */
export function planNodeProblems(
  settings: AivenSettings,
  { service }: PlannedService,
  { name, nodes }: AivenPlan,
): string[] {
  if (!settings["aiven.protected"] || service === "flink" || nodes !== 1) return [];
  return [
    `${service}.plan is ${name}, which has one node and no standby, but aiven.protected is true: choose a plan with more nodes, such as a business or premium plan`,
  ];
}

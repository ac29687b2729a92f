import type { AivenPlan } from "../../../clients/aiven/model.ts";
import { slotProblems } from "./flinkRules.ts";
import type { PlannedService } from "./plannedServices.ts";
import type { AivenSettings } from "./rules.ts";

/** Why the plan of a Flink that the stack creates has too few task slots, in a sentence. */
export function planSlotProblems(
  settings: AivenSettings,
  { service }: PlannedService,
  { name, nodes }: AivenPlan,
): string[] {
  if (service !== "flink" || nodes === undefined) return [];
  return slotProblems(settings, nodes, ` (the nodes of flink.plan ${name})`);
}

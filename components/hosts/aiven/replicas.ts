import type { AivenPlan, AivenService } from "../../../clients/aiven/model.ts";
import type { PlannedService } from "./plannedServices.ts";
import type { AivenSettings } from "./rules.ts";

const REPLICAS = "kafka.replicationFactor";
/** Aiven accepts no topic with fewer. */
const LEAST = 2;

/** Why the plan of a Kafka that the stack creates cannot hold all replicas, in a sentence. */
export function planReplicaProblems(
  settings: AivenSettings,
  { service }: PlannedService,
  { name, nodes }: AivenPlan,
): string[] {
  if (service !== "kafka" || nodes === undefined) return [];
  return problems(settings, nodes, `kafka.plan ${name}`, "choose a plan");
}

/** The same of an existing Kafka. */
export function existingReplicaProblems(
  settings: AivenSettings,
  services: readonly AivenService[],
): string[] {
  const { "kafka.service": name } = settings;
  const nodes = services.find((service) => service.name === name)?.nodes;
  if (nodes === undefined) return [];
  return problems(settings, nodes, `kafka.service ${name}`, "set kafka.service to one");
}

function problems(settings: AivenSettings, nodes: number, what: string, choose: string): string[] {
  const replicas = settings[REPLICAS];
  if (replicas <= nodes) return [];
  const lower = nodes < LEAST ? "" : `set it to ${nodes}${nodes > LEAST ? " or less" : ""}, or `;
  return [
    `${REPLICAS} is ${replicas}, but ${what} has only ${nodes === 1 ? "one node" : `${nodes} nodes`}: ${lower}${choose} with ${replicas} or more`,
  ];
}

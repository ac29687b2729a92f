import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenPlan } from "../../../clients/aiven/model.ts";
import type { PlannedService } from "./plannedServices.ts";
import type { AivenSettings } from "./rules.ts";
import { COMPONENTS, type OptionalService } from "./serviceOptions.ts";

/** Problems with the VPC and the static IP addresses that the settings name, one sentence each. */
export async function missingNetworks(settings: AivenSettings, client: AivenClient): Promise<string[]> {
  return (await Promise.all([vpcProblems(settings, client), staticIpProblems(settings, client)])).flat();
}

async function vpcProblems(settings: AivenSettings, client: AivenClient): Promise<string[]> {
  const id = settings["aiven.vpc"];
  if (id === "") return [];
  const project = settings["aiven.project"];
  const vpcs = await client.vpcs(project);
  const found = vpcs.find((vpc) => vpc.id === id);
  if (found === undefined) {
    const choice = vpcs.map((vpc) => `${vpc.id} (${vpc.cloud})`).join(", ");
    return [`aiven.vpc is ${id}, which the project ${project} does not have; there are ${choice || "none"}`];
  }
  const cloud = settings["aiven.cloud"];
  if (found.cloud !== cloud) {
    return [`aiven.vpc is ${id}, which is in the cloud ${found.cloud}, but aiven.cloud is ${cloud}`];
  }
  if (found.state === "ACTIVE") return [];
  return [`aiven.vpc is ${id}, which is not ready (it is ${found.state}): wait until it is ACTIVE`];
}

async function staticIpProblems(settings: AivenSettings, client: AivenClient): Promise<string[]> {
  const services = Object.keys(COMPONENTS) as OptionalService[];
  if (services.every((service) => settings[`${service}.staticIps`].length === 0)) return [];
  const there = await client.staticIps(settings["aiven.project"]);
  return services.flatMap((service) =>
    settings[`${service}.staticIps`]
      .filter((id) => !there.includes(id))
      .map(
        (id) =>
          `${service}.staticIps has ${id}, which the project does not have; there are ${there.join(", ") || "none"}: avn static-ip create makes one`,
      ),
  );
}

/**
 * Problems with a service's static IP addresses on its plan, one sentence each.
 * Source: https://aiven.io/docs/platform/concepts/static-ips
 */
export function staticIpCountProblems(
  settings: AivenSettings,
  { service }: PlannedService,
  { name, nodes }: AivenPlan,
): string[] {
  const given = service === "flink" ? 0 : settings[`${service}.staticIps`].length;
  if (given === 0 || nodes === undefined) return [];
  const needed = nodes <= 6 ? 2 * nodes : nodes + 6;
  if (given >= needed) return [];
  return [
    `${service}.staticIps has ${given} addresses, but the plan ${name} has ${nodes} nodes, which need ${needed}`,
  ];
}

/** Problems with a service's additional disk on its plan, one sentence each. */
export function diskProblems(
  settings: AivenSettings,
  { service }: PlannedService,
  { name, diskStepGb: step, mostAdditionalDiskGb: most }: AivenPlan,
): string[] {
  const disk = service === "flink" ? 0 : settings[`${service}.additionalDiskGb`];
  if (disk === 0) return [];
  if (step === undefined || most === undefined) {
    return [`${service}.additionalDiskGb is ${disk}, but the plan ${name} takes no more disk: set it to 0`];
  }
  if (disk % step === 0 && disk <= most) return [];
  return [
    `${service}.additionalDiskGb is ${disk}, but the plan ${name} takes multiples of ${step} up to ${most}`,
  ];
}

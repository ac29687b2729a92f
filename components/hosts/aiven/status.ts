import type { AivenClient } from "../../../clients/aiven/client.ts";
import { colors } from "../../../lib/colors.ts";
import type { Report, Section } from "../../../lib/section.ts";
import type { FlinkAccess } from "../../contract.ts";
import type { StateResource } from "../../stateResources.ts";
import type { Deployed } from "../host.ts";
import { aivenClient } from "./client.ts";
import { isOnAiven } from "./flinkOnAiven.ts";
import { describeJobs } from "./jobStatus.ts";
import { isAivenService, type ServiceOnAiven } from "./resourceTypes.ts";

/** The sections about services and jobs on Aiven, if the stack has any there. */
export function statusOnAiven(deployed: Deployed): Section[] {
  const { stack, resources, outputs } = deployed;
  if (outputs === undefined) return [];
  const flink = outputs.flink as FlinkAccess;
  const services = servicesOnAiven(resources, { flink });
  const section = (title: string, describe: (client: AivenClient) => Promise<Report>): Section => ({
    title,
    asks: "Aiven",
    describe: async () => describe(await aivenClient(deployed)),
  });
  return [
    ...(services.length === 0
      ? []
      : [section("Services on Aiven", (client) => describeServices(stack, services, client))]),
    ...(isOnAiven(flink) ? [section("Jobs", (client) => describeJobs(stack, flink, client))] : []),
  ];
}

/** The services of a stack on Aiven: those that it has created, and an existing Flink. */
export function servicesOnAiven(
  resources: readonly StateResource[],
  { flink }: { readonly flink: FlinkAccess },
): ServiceOnAiven[] {
  const created = resources.filter(isAivenService).map(({ outputs }) => outputs as unknown as ServiceOnAiven);
  if (!isOnAiven(flink) || created.some(({ serviceName }) => serviceName === flink.service)) return created;
  return [...created, { project: flink.project, serviceName: flink.service }];
}

/** The state of each service, as Aiven reports it. */
export async function describeServices(
  stack: string,
  services: readonly ServiceOnAiven[],
  client: AivenClient,
): Promise<Report> {
  const [first] = services;
  if (first === undefined) return { rows: [], troubles: [] };
  const there = await client.services(first.project);
  const troubles: string[] = [];
  const rows = services.map(({ serviceName }) => {
    const found = there.find(({ name }) => name === serviceName);
    if (found?.state !== "RUNNING") troubles.push(troubleOf(stack, serviceName, found?.state));
    if (found === undefined) return [serviceName, colors.red("gone"), "", ""];
    const colour = { RUNNING: colors.green, POWEROFF: colors.red }[found.state] ?? colors.yellow;
    return [serviceName, colour(found.state), found.plan, found.cloud];
  });
  return { rows, troubles };
}

function troubleOf(stack: string, service: string, state: string | undefined): string {
  if (state === undefined)
    return `Aiven has no service ${service} any more: npm run up -- ${stack} creates it again, empty, once you agree.`;
  if (state === "POWEROFF") return `${service} is powered off: power it on in Aiven's console.`;
  return `${service} is ${state}: wait until Aiven has it running.`;
}

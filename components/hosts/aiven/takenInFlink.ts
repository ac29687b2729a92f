import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { StateResource } from "../../stateResources.ts";
import type { HostContext } from "../host.ts";
import { applicationName } from "./flinkOnAiven.ts";
import { jobsOf } from "./flinkRules.ts";
import { kindOf, placeOf } from "./resourceTypes.ts";
import { existingServices } from "./rules.ts";
import type { definitions } from "./settings.ts";

interface Asked {
  readonly context: HostContext<typeof definitions>;
  readonly client: AivenClient;
  /** The resources in the engine's state; undefined if the state is not available. */
  readonly known: readonly StateResource[] | undefined;
}

/**
 * What the stack would create in an existing Flink service, but others have there already, such as a stack of the same
 * name: Aiven would refuse it after other things have been created. One sentence per problem.
 */
export async function takenInFlink(asked: Asked): Promise<string[]> {
  const { settings } = asked.context;
  // Inside the engine's run, the state is not available, and the stack's own would look like that of others.
  if (settings["flink.runsOn"] !== "existing" || asked.known === undefined) return [];
  const problems = await Promise.all([takenApplications(asked), takenIntegrations(asked)]);
  return problems.flat();
}

async function takenApplications({ context, client, known }: Asked): Promise<string[]> {
  const { settings, stack } = context;
  const service = settings["flink.service"];
  const own = known
    ?.filter(
      (resource) => kindOf(resource) === "FlinkApplication" && placeOf(resource).serviceName === service,
    )
    .map((resource) => (placeOf(resource) as { readonly name?: string }).name);
  const there = await client.applications(settings["aiven.project"], service);
  const taken = jobsOf(settings)
    .map((job) => applicationName(stack, job))
    .filter((name) => there.some((each) => each.name === name) && !own?.includes(name));
  if (taken.length === 0) return [];
  const counted = taken.length === 1 ? "the application" : "the applications";
  return [
    `flink.service is ${service}, which already has ${counted} ${taken.join(", ")}, not created by this stack: give the stack another name, set another flink.service, or delete what nobody needs in Aiven's console (${service} → Applications)`,
  ];
}

async function takenIntegrations({ context, client, known }: Asked): Promise<string[]> {
  const { settings, parts } = context;
  const flink = settings["flink.service"];
  const own = known
    ?.filter((resource) => kindOf(resource) === "ServiceIntegration")
    .map((resource) => placeOf(resource) as unknown as Readonly<Record<string, string>>)
    .filter(({ integrationType, destinationServiceName: to }) => integrationType === "flink" && to === flink)
    .map(({ sourceServiceName }) => sourceServiceName);
  const others = existingServices(settings, parts).filter(
    (service) => !own?.includes(settings[`${service}.service`]),
  );
  const there = await client.integrations(settings["aiven.project"], flink);
  return others
    .map((service) => [service, settings[`${service}.service`]] as const)
    .filter(([, source]) =>
      there.some((each) => each.type === "flink" && each.source === source && each.destination === flink),
    )
    .map(
      ([service, source]) =>
        `${service}.service is ${source}, which is integrated with flink.service ${flink} already, but not by this stack, and Aiven allows only one: set another ${service}.service or flink.service, or delete that integration in Aiven's console if nothing uses it`,
    );
}

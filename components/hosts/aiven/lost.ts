import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenService } from "../../../clients/aiven/model.ts";
import { nameOf, type StateResource } from "../../stateResources.ts";
import { isAivenService, kindOf, placeOf, type ServiceOnAiven } from "./resourceTypes.ts";

/** What a stack has lost on Aiven. */
export interface Lost {
  /** A sentence for each thing that is gone. */
  readonly findings: readonly string[];
  /** Whether data went with it. */
  readonly withData: boolean;
  /** Everything that is gone but still in the state. */
  readonly urns: ReadonlySet<string>;
}

const WORKING = ["RUNNING", "REBALANCING"];

/**
 * Compares the engine's state with what is on Aiven: services, topics and Flink applications, which somebody may have
 * deleted in Aiven's console. Kafka also loses its topics while it is powered off:
 * https://aiven.io/docs/platform/concepts/service-power-cycle
 *
 * @param services those of the stack's projects, as {@link servicesOf} finds them
 */
export async function lostOnAiven(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
): Promise<Lost> {
  const gone = resources.filter(isAivenService).filter((resource) => !found(placeOf(resource), services));
  const [topics, applications] = await Promise.all([
    lostTopics(resources, services, client),
    lostApplications(resources, services, client),
  ]);
  const findings = [
    ...gone.map(
      (resource) =>
        `Aiven has no service ${placeOf(resource).serviceName} any more: ${LOSSES[kindOf(resource)] ?? ""}`,
    ),
    ...topics.map(
      ({ service, names }) =>
        `${service} has lost the topics ${names.join(", ")}, with their records (Kafka loses its topics when it is powered off)`,
    ),
    ...applications.map(
      ({ service, name }) =>
        `${service} has no application ${name} any more: it is deployed again, and continues where its consumer group was`,
    ),
  ];
  const urns = [
    ...gone.flatMap((service) => [service.urn, ...goneWith(service, resources)]),
    ...topics.flatMap((each) => each.urns),
    ...applications.flatMap((each) => each.urns),
  ];
  const withData = topics.length > 0 || gone.some((resource) => kindOf(resource) !== "Flink");
  return { findings, withData, urns: new Set(urns) };
}

const LOSSES: Readonly<Record<string, string>> = {
  Kafka: "its topics and their records are lost",
  Pg: "its tables and their rows are lost, thresholds that were changed by hand included",
  OpenSearch: "its indexes and their documents are lost",
  Flink: "its jobs and their state are lost; they continue where their consumer groups were",
};

/** The services of each project that the state names, by project. */
export async function servicesOf(
  resources: readonly StateResource[],
  client: AivenClient,
): Promise<Map<string, AivenService[]>> {
  const places = resources.filter((resource) => kindOf(resource) !== "").map(placeOf);
  const projects = [...new Set(places.map(({ project }) => project))].filter(Boolean);
  return new Map(
    await Promise.all(
      projects.map(async (project) => [project, await client.services(project)] as [string, AivenService[]]),
    ),
  );
}

/** Whether a service can report on what is in it. */
export const isWorking = (
  { project, serviceName }: ServiceOnAiven,
  services: ReadonlyMap<string, readonly AivenService[]>,
) => WORKING.includes(found({ project, serviceName }, services)?.state ?? "");

const found = (
  { project, serviceName }: ServiceOnAiven,
  services: ReadonlyMap<string, readonly AivenService[]>,
) => services.get(project)?.find(({ name }) => name === serviceName);

/** URNs of what was lost with a service: what belongs to it, and its integrations. */
function goneWith(service: StateResource, resources: readonly StateResource[]): string[] {
  const { project, serviceName } = placeOf(service);
  return resources
    .filter((resource) => {
      if (resource.custom !== true) return false;
      if (resource.deletedWith === service.urn) return true;
      if (kindOf(resource) === "") return false;
      const place = { ...resource.inputs, ...resource.outputs };
      const names = [place.serviceName, place.sourceServiceName, place.destinationServiceName];
      return place.project === project && names.includes(serviceName);
    })
    .map(({ urn }) => urn);
}

/** Flink applications that were deleted, with their versions and deployments. */
async function lostApplications(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
) {
  const idIn = (resource: StateResource) => String({ ...resource.inputs, ...resource.outputs }.applicationId);
  const declared = resources
    .filter((resource) => kindOf(resource) === "FlinkApplication")
    .filter((resource) => isWorking(placeOf(resource), services));
  const places = new Map(declared.map(placeOf).map((place) => [place.serviceName, place]));
  const there = await Promise.all(
    [...places.values()].map(({ project, serviceName }) => client.applications(project, serviceName)),
  );
  return declared
    .filter((application) => !there.flat().some(({ id }) => id === idIn(application)))
    .map((application) => ({
      service: placeOf(application).serviceName,
      name: String(application.outputs?.name ?? nameOf(application)),
      urns: resources
        .filter((resource) => kindOf(resource) !== "" && idIn(resource) === idIn(application))
        .map(({ urn }) => urn),
    }));
}

async function lostTopics(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
) {
  const declared = resources.filter((resource) => kindOf(resource) === "KafkaTopic");
  const places = new Map(declared.map(placeOf).map((place) => [place.serviceName, place]));
  const lost = [...places.values()]
    .filter((place) => isWorking(place, services))
    .map(async ({ project, serviceName }) => {
      const there = await client.topics(project, serviceName);
      const missing = declared.filter((topic) => {
        const { topicName } = placeOf(topic) as ServiceOnAiven & { readonly topicName: string };
        return placeOf(topic).serviceName === serviceName && !there.includes(topicName);
      });
      return {
        service: serviceName,
        names: missing.map((topic) => String(topic.outputs?.topicName ?? nameOf(topic))),
        urns: missing.map(({ urn }) => urn),
      };
    });
  return (await Promise.all(lost)).filter(({ names }) => names.length > 0);
}

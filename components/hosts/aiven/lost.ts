import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenService } from "../../../clients/aiven/model.ts";
import { nameOf, type StateResource } from "../../stateResources.ts";
import { lostApplications, withItsParts } from "./lostApplications.ts";
import { isAivenService, kindOf, placeKey, placeOf, placesOf, type ServiceOnAiven } from "./resourceTypes.ts";
import { found, isWorking } from "./working.ts";

/** What a stack has lost on Aiven. */
export interface Lost {
  /** A sentence for each thing that is gone. */
  readonly findings: readonly string[];
  /** Whether data went with it. */
  readonly withData: boolean;
  /** Everything that is gone but still in the state. */
  readonly gone: readonly StateResource[];
}

/**
 * Compares the engine's state with what is on Aiven: services, topics and Flink applications, which somebody may have
 * deleted in Aiven's console. Kafka also loses its topics while it is powered off:
 * https://aiven.io/docs/platform/concepts/service-power-cycle
 *
 * What another resource has replaced is not missed: the engine deletes it in any case.
 *
 * @param services those of the stack's projects, as {@link servicesOf} finds them
 */
export async function lostOnAiven(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
): Promise<Lost> {
  const current = resources.filter((resource) => resource.delete !== true);
  const gone = current.filter(isAivenService).filter((resource) => !found(placeOf(resource), services));
  const [topics, applications] = await Promise.all([
    lostTopics(current, services, client),
    lostApplications(current, services, client),
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
  const all = [
    ...gone.flatMap((service) => [service, ...goneWith(service, resources)]),
    ...topics.flatMap(({ missing }) => missing),
    ...applications.flatMap(({ application }) => withItsParts(application, resources)),
  ];
  const withData = topics.length > 0 || gone.some((resource) => kindOf(resource) !== "Flink");
  return { findings, withData, gone: all };
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

/** What was lost with a service: what belongs to it, and its integrations. */
function goneWith(service: StateResource, resources: readonly StateResource[]): StateResource[] {
  const { project, serviceName } = placeOf(service);
  return resources.filter((resource) => {
    if (resource.custom !== true || resource === service) return false;
    if (kindOf(resource) === "") return resource.deletedWith === service.urn;
    const place = { ...resource.inputs, ...resource.outputs };
    const names = [place.serviceName, place.sourceServiceName, place.destinationServiceName];
    return place.project === project && names.includes(serviceName);
  });
}

async function lostTopics(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
) {
  const declared = resources.filter((resource) => kindOf(resource) === "KafkaTopic");
  const lost = placesOf(declared)
    .filter((place) => isWorking(place, services))
    .map(async (place) => {
      const there = await client.topics(place.project, place.serviceName);
      const missing = declared.filter((topic) => {
        const { topicName } = placeOf(topic) as ServiceOnAiven & { readonly topicName: string };
        return placeKey(placeOf(topic)) === placeKey(place) && !there.includes(topicName);
      });
      return {
        service: place.serviceName,
        names: missing.map((topic) => String(topic.outputs?.topicName ?? nameOf(topic))),
        missing,
      };
    });
  return (await Promise.all(lost)).filter(({ missing }) => missing.length > 0);
}

import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenService } from "../../../clients/aiven/model.ts";
import { nameOf, type StateResource } from "../../stateResources.ts";
import { kindOf, placeOf, placesOf } from "./resourceTypes.ts";
import { isWorking } from "./working.ts";

/** The id of the Flink application that a resource is or belongs to. */
const applicationOf = (resource: StateResource) =>
  kindOf(resource) === "" ? undefined : { ...resource.inputs, ...resource.outputs }.applicationId;

/** An application with its versions and deployments. */
export const withItsParts = (application: StateResource, resources: readonly StateResource[]) =>
  resources.filter((resource) => applicationOf(resource) === applicationOf(application));

/** Flink applications that were deleted. */
export async function lostApplications(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
) {
  const declared = resources
    .filter((resource) => kindOf(resource) === "FlinkApplication" && applicationOf(resource) !== undefined)
    .filter((resource) => isWorking(placeOf(resource), services));
  const there = await Promise.all(
    placesOf(declared).map(({ project, serviceName }) => client.applications(project, serviceName)),
  );
  return declared
    .filter((application) => !there.flat().some(({ id }) => id === applicationOf(application)))
    .map((application) => ({
      service: placeOf(application).serviceName,
      name: String(application.outputs?.name ?? nameOf(application)),
      application,
    }));
}

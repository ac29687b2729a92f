import type { AivenService } from "../../../clients/aiven/model.ts";
import type { StateResource } from "../../stateResources.ts";
import type { PlannedService } from "./plannedServices.ts";
import { isAivenService, placeOf } from "./resourceTypes.ts";
import type { AivenSettings } from "./rules.ts";

export interface TakenNamesArgs {
  readonly stack: string;
  readonly settings: AivenSettings;
  readonly planned: readonly PlannedService[];
  /** Those of the project. */
  readonly services: readonly AivenService[];
  /** The resources in the engine's state; undefined if the state is not available. */
  readonly known: readonly StateResource[] | undefined;
}

/** Names of services that the stack would create, but that are taken in the project, one sentence per problem. */
export function takenNames({ stack, settings, planned, services, known }: TakenNamesArgs): string[] {
  const project = settings["aiven.project"];
  const ours = known
    ?.filter(isAivenService)
    .map(placeOf)
    .filter((place) => place.project === project)
    .map(({ serviceName }) => serviceName);
  return planned.flatMap(({ name, type }) => {
    const found = services.find((service) => service.name === name);
    if (found === undefined) return [];
    // The state is the best source. Without it, the tags that every service of a stack has decide.
    const isOurs = ours ? ours.includes(name) : isTagged(found, stack);
    if (isOurs && found.type === type) return [];
    const lost =
      isTagged(found, stack) && ours
        ? " It has the tags of a stack of this name, whose state is elsewhere or lost: put that state back, or delete the service in Aiven's console."
        : "";
    return [
      `the service name ${name} is taken in the project ${project}, by a service of type ${found.type}: set aiven.prefix to another prefix for the names of this stack's services.${lost}`,
    ];
  });
}

const isTagged = ({ tags }: AivenService, stack: string) =>
  tags["managed-by"] === "pulumi" && tags.stack === stack;

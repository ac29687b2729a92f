import type { AivenService } from "../../../clients/aiven/model.ts";
import type { ServiceOnAiven } from "./resourceTypes.ts";

/** Whether a service works: it also does while it moves its data to other nodes. */
export const works = ({ state }: Pick<AivenService, "state">) => ["RUNNING", "REBALANCING"].includes(state);

/** Whether a service can report on what is in it. */
export function isWorking(place: ServiceOnAiven, services: ReadonlyMap<string, readonly AivenService[]>) {
  const service = found(place, services);
  return service !== undefined && works(service);
}

/** @param services those of each project, by project */
export const found = (
  { project, serviceName }: ServiceOnAiven,
  services: ReadonlyMap<string, readonly AivenService[]>,
) => services.get(project)?.find(({ name }) => name === serviceName);

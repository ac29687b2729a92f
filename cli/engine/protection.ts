import { UserError } from "../../lib/userError.ts";
import { isAivenService, type ServiceOnAiven, type StateResource } from "./stateResources.ts";

/**
 * The engine would delete all that is not protected before it comes to what is.
 *
 * @throws UserError where a stack holds protected resources, with how it can be taken down nevertheless
 */
export function refuseProtected(stack: string, resources: readonly StateResource[]): void {
  const kept = resources.filter(({ protect }) => protect === true);
  if (kept.length === 0) return;
  const things = kept.filter(({ custom }) => custom === true);
  const names = things
    .filter(isAivenService)
    .map(({ outputs }) => (outputs as unknown as ServiceOnAiven).serviceName);
  const services = names.length === 0 ? "" : `, among them the services ${names.join(", ")}`;
  throw new UserError(`The stack ${stack} is protected (aiven.protected): ${things.length} of its resources hold data${services}. Nothing has been deleted.

To take it down, with all its data:

  1. set aiven.protected: false in Pulumi.${stack}.yaml
  2. npm run up -- ${stack}        which turns the protection off, Aiven's own too
  3. npm run destroy -- ${stack}`);
}

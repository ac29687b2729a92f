import { UserError } from "../../../lib/userError.ts";
import type { StateResource } from "../../stateResources.ts";
import { isAivenService, type ServiceOnAiven } from "./resourceTypes.ts";

/**
 * The engine would delete everything that is not protected before it reaches what is.
 *
 * @throws UserError if a stack holds protected resources, with the steps that tear it down anyway
 */
export function refuseProtected(stack: string, resources: readonly StateResource[]): void {
  const guarded = resources.filter(({ protect }) => protect === true);
  if (guarded.length === 0) return;
  const things = guarded.filter(({ custom }) => custom === true);
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

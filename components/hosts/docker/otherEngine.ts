import type { NamedEngine } from "../../../clients/docker/context.ts";
import type { DockerEngine } from "../../../clients/docker/engine.ts";
import { UserError } from "../../../lib/userError.ts";
import type { StateResource } from "../../stateResources.ts";
import { stackLabel } from "./address.ts";
import { isEngine, isNetwork, isOnEngine } from "./resourceTypes.ts";

/**
 * A stack cannot move to another Docker engine: there it would start with empty volumes, and what runs on the former
 * one would be forgotten.
 *
 * @param engine the one to be used now, at the address that `named` has
 * @param known the resources of the stack, including those that an interrupted run had begun to create
 * @throws UserError that says which engines these are and what to do
 */
export async function refuseOtherEngine(
  stack: string,
  engine: DockerEngine,
  named: NamedEngine,
  known: readonly StateResource[],
): Promise<void> {
  const former = known.find(isEngine)?.inputs?.host;
  const isEmpty = !known.some(isOnEngine);
  if (former === undefined || former === named.address || isEmpty) return;
  // One engine may have several addresses. The ids of its networks are unique.
  const ids = known.filter(isNetwork).map(({ id }) => id);
  const networks = await engine.networks(stackLabel(stack));
  if (networks.some(({ id }) => ids.includes(id))) return;
  const now =
    named.namedBy === undefined
      ? `this machine's own is to be used, at ${named.address}`
      : `${named.namedBy} names the one at ${named.address}`;
  throw new UserError(`The stack ${stack} was deployed on the Docker engine at ${former}, but now ${now}.

The stack cannot continue there: its containers and their data are on the former engine. Nothing has been changed.
To keep the data, set docker.host to ${former} in Pulumi.${stack}.yaml, then run the same command again. To give up the
data and deploy the stack again on the other engine:

  npm run destroy -- ${stack}
  npm run up -- ${stack}`);
}

import type { DockerEngine } from "../../../clients/docker/engine.ts";
import { UserError } from "../../../lib/userError.ts";
import type { StateResource } from "../../stateResources.ts";
import { stackLabel } from "./address.ts";
import { isNetwork } from "./resourceTypes.ts";

/**
 * Containers have the stack's name. Without the state that knows them, their names and ports would be taken.
 *
 * @param known the resources of the stack, including those that an interrupted run had begun to create
 * @throws UserError that says what is there and how to remove it
 */
export async function refuseEarlierStack(
  stack: string,
  engine: DockerEngine,
  known: readonly StateResource[],
): Promise<void> {
  // Created before any container.
  if (known.some(isNetwork)) return;
  const containers = await engine.containers(stackLabel(stack));
  if (containers.length === 0) return;
  const filter = `--filter label=${stackLabel(stack)}`;
  throw new UserError(`The Docker engine has containers of a stack ${stack} that the state of this one does not know:

  ${containers.map(({ name }) => name).join("\n  ")}

Was the state (.stacks/.pulumi) deleted, or was that stack deployed from another folder? Nothing has been changed. Give
this stack another name (a copy of Pulumi.${stack}.yaml, with other ports), or remove the other one with its data:

  docker rm -f $(docker ps -aq ${filter})
  docker volume rm $(docker volume ls -q ${filter})
  docker network rm $(docker network ls -q ${filter})`);
}

import type { DockerEngine } from "../../../clients/docker/engine.ts";
import { UserError } from "../../../lib/userError.ts";
import type { StateResource } from "../../stateResources.ts";
import { stackLabel } from "./address.ts";
import { isNetwork, isVolume } from "./resourceTypes.ts";

/**
 * Containers and volumes have the stack's name. Without the state that knows them, names and ports would be taken, and
 * the data of a volume would know other passwords.
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
  const label = stackLabel(stack);
  const knownVolumes = known.filter(isVolume).map(({ inputs }) => inputs?.name);
  const containers = (await engine.containers(label)).map(({ name }) => name);
  const volumes = (await engine.volumes(label)).filter((name) => !knownVolumes.includes(name));
  const found = [...containers, ...volumes.map((name) => `the volume ${name}`)];
  if (found.length === 0) return;
  const networks = await engine.networks(label);
  const filter = `--filter label=${label}`;
  const commands = [
    ...(containers.length > 0 ? [`docker rm -f $(docker ps -aq ${filter})`] : []),
    ...(volumes.length > 0 ? [`docker volume rm $(docker volume ls -q ${filter})`] : []),
    ...(networks.length > 0 ? [`docker network rm $(docker network ls -q ${filter})`] : []),
  ];
  const kinds = [
    ...(containers.length > 0 ? ["containers"] : []),
    ...(volumes.length > 0 ? ["volumes"] : []),
  ];
  throw new UserError(`The Docker engine has ${kinds.join(" and ")} of a stack ${stack} that the state of this one does not know:

  ${found.join("\n  ")}

Was the state (.stacks/.pulumi) deleted, or was that stack deployed from another folder? Nothing has been changed. Give
this stack another name (a copy of Pulumi.${stack}.yaml, with other ports), or remove the other one with its data:

  ${commands.join("\n  ")}`);
}

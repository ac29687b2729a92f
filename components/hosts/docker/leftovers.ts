import { DockerEngine, type ListedContainer, type ListedNetwork } from "../../../clients/docker/engine.ts";
import { knownResources, type StackState, stateResources } from "../../stateResources.ts";
import type { Run } from "../host.ts";
import { engineOf, stackLabel } from "./address.ts";
import { isContainer, isEngine, isNetwork, isOnEngine } from "./resourceTypes.ts";

interface Leftovers {
  readonly containers: readonly ListedContainer[];
  readonly networks: readonly ListedNetwork[];
}

/**
 * Removes containers and networks that an interrupted run created and that the engine's state does not have: their
 * names are taken, so that nothing else can be created in their place, and no `destroy` would find them. Volumes stay,
 * because their data does: the next `up` takes them over, and `destroy` removes them at its end.
 *
 * @throws DockerUnreachable
 */
export async function removeLeftovers({ stack, progress, state }: Run): Promise<void> {
  const { resources, begun } = state;
  const engine = resources.find(isEngine);
  if (engine === undefined || begun.length === 0) return;
  const docker = new DockerEngine(engineOf(String(engine.inputs?.host)).address);
  const label = stackLabel(stack.name);
  const { containers, networks } = await leftoversOf(state, docker, label);
  if (containers.length + networks.length === 0) return;
  // It fails if another run is working on the stack, which may have created them.
  await stack.refresh({ target: [engine.urn], color: "never" });
  const still = await leftoversOf({ resources: await stateResources(stack), begun }, docker, label);
  for (const { id } of still.containers) await docker.removeContainer(id);
  for (const { id } of still.networks) await docker.removeNetwork(id);
  const names = [...still.containers, ...still.networks].map(({ name }) => name);
  if (names.length > 0) progress.note(`Removed what an interrupted run has left: ${names.join(", ")}.`);
}

/**
 * Removes the volumes that are left of a destroyed stack: an interrupted run created them, and the engine's state does
 * not have them. The next stack of that name would take them over, with data that knows other passwords.
 *
 * @param former what the engine knew before
 * @returns whether there were any
 * @throws DockerUnreachable
 */
export async function removeLeftVolumes(stack: string, former: StackState): Promise<boolean> {
  const engine = former.resources.find(isEngine);
  if (engine === undefined || !knownResources(former).some(isOnEngine)) return false;
  const docker = new DockerEngine(engineOf(String(engine.inputs?.host)).address);
  const volumes = await docker.unusedVolumes(stackLabel(stack));
  for (const volume of volumes) await docker.removeVolume(volume);
  return volumes.length > 0;
}

async function leftoversOf(
  { resources, begun }: StackState,
  docker: DockerEngine,
  label: string,
): Promise<Leftovers> {
  const known = resources.map(({ id }) => id);
  const namesOf = (is: typeof isContainer) => begun.filter(is).map(({ inputs }) => inputs?.name);
  const [containers, networks] = [namesOf(isContainer), namesOf(isNetwork)];
  // A stack of the same name in another folder has a network of its own.
  const isOurs = ({ state, networks }: ListedContainer) =>
    state === "created" || networks.some((network) => known.includes(network));
  const isUnknown = ({ id }: { readonly id: string }) => !known.includes(id);
  return {
    containers: (containers.length > 0 ? await docker.containers(label) : []).filter(
      (container) => containers.includes(container.name) && isUnknown(container) && isOurs(container),
    ),
    networks: (networks.length > 0 ? await docker.networks(label) : []).filter(
      (network) => networks.includes(network.name) && isUnknown(network),
    ),
  };
}

import { DockerEngine, type ListedContainer } from "../../../clients/docker/engine.ts";
import type { Run } from "../host.ts";
import { stackLabel } from "./address.ts";
import { isContainer } from "./resourceTypes.ts";

/**
 * Makes Pulumi look again at containers that were stopped or removed, so that the next `up` brings them back.
 * Otherwise it would trust its state, in which they run. Docker itself restarts what has died, and `up` waits for it.
 *
 * @param address of the Docker engine
 * @throws DockerUnreachable
 */
export async function noticeLostContainers({ stack, progress, state }: Run, address: string): Promise<void> {
  const containers = state.resources.filter(isContainer);
  if (containers.length === 0) return;
  const engine = new DockerEngine(address);
  const listed = await engine.containers(stackLabel(stack.name));
  const namesOf = (which: (container: ListedContainer) => boolean) =>
    listed.filter(which).map(({ name }) => name);
  const starting = namesOf((container) => container.isStarting);
  if (starting.length > 0) progress.note(`Docker is restarting ${starting.join(", ")}.`);
  const alive = namesOf(({ state }) => ["running", "restarting"].includes(state));
  const lost = containers.filter(({ outputs }) => !alive.includes(String(outputs?.name)));
  if (lost.length === 0) return;
  progress.note(`No longer running: ${lost.map(({ outputs }) => outputs?.name).join(", ")}.`);
  await stack.refresh({ target: lost.map(({ urn }) => urn), color: "never" });
}

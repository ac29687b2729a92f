import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { DockerEngine } from "../../../clients/docker/engine.ts";
import type { Progress } from "../../../lib/progress.ts";
import { stateResources } from "../../stateResources.ts";
import { stackLabel } from "./address.ts";
import { isContainer } from "./resourceTypes.ts";

/**
 * Makes Pulumi look again at containers that were stopped or removed, so that the next `up` brings them back.
 * Otherwise it would trust its state, in which they run.
 *
 * @param address of the Docker engine
 * @throws DockerUnreachable
 */
export async function noticeLostContainers(stack: Stack, address: string, progress: Progress): Promise<void> {
  const containers = (await stateResources(stack)).filter(isContainer);
  if (containers.length === 0) return;
  const listed = await new DockerEngine(address).containers(stackLabel(stack.name));
  // Docker itself restarts what has died.
  const atWork = listed
    .filter(({ state }) => ["running", "restarting"].includes(state))
    .map(({ name }) => name);
  const lost = containers.filter(({ outputs }) => !atWork.includes(String(outputs?.name)));
  if (lost.length === 0) return;
  progress.note(`No longer running: ${lost.map(({ outputs }) => outputs?.name).join(", ")}.`);
  await stack.refresh({ target: lost.map(({ urn }) => urn), color: "never" });
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { DockerEngine, type ListedContainer } from "../../../clients/docker/engine.ts";
import { during, type Progress } from "../../../lib/progress.ts";
import { until } from "../../../lib/until.ts";
import { stateResources } from "../../stateResources.ts";
import { stackLabel } from "./address.ts";
import { isContainer } from "./resourceTypes.ts";

/** How long `up` waits for containers that Docker has restarted, in ms. */
const RESTART_MS = 60_000;

/**
 * Makes Pulumi look again at containers that were stopped or removed, so that the next `up` brings them back.
 * Otherwise it would trust its state, in which they run. Containers that Docker has just restarted are given time to
 * become healthy: a job cannot be resumed on a JobManager that does not answer yet.
 *
 * @param address of the Docker engine
 * @throws DockerUnreachable
 */
export async function noticeLostContainers(stack: Stack, address: string, progress: Progress): Promise<void> {
  const containers = (await stateResources(stack)).filter(isContainer);
  if (containers.length === 0) return;
  const engine = new DockerEngine(address);
  const list = () => engine.containers(stackLabel(stack.name));
  // Docker itself restarts what has died.
  const atWork = (await list())
    .filter(({ state }) => ["running", "restarting"].includes(state))
    .map(({ name }) => name);
  const lost = containers.filter(({ outputs }) => !atWork.includes(String(outputs?.name)));
  if (lost.length === 0) return untilStarted(list, progress);
  progress.note(`No longer running: ${lost.map(({ outputs }) => outputs?.name).join(", ")}.`);
  await stack.refresh({ target: lost.map(({ urn }) => urn), color: "never" });
}

/** Waits until no container is starting, and gives up silently: what does not start is reported by what needs it. */
export async function untilStarted(
  list: () => Promise<readonly ListedContainer[]>,
  progress: Progress,
): Promise<void> {
  const starting = async () => (await list()).filter(isStarting).map(({ name }) => name);
  const names = await starting();
  if (names.length === 0) return;
  const started = () =>
    until(async () => (await starting()).length === 0, { deadline: RESTART_MS, pollMs: 500 });
  await during(progress.task(`Waiting for ${names.join(", ")} to become healthy`), started);
}

const isStarting = ({ state, status }: ListedContainer) =>
  state === "restarting" || status.includes("(health: starting)");

import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenDeployment, AivenService } from "../../../clients/aiven/model.ts";
import { javaCause } from "../../../clients/flink/javaCause.ts";
import { UserError } from "../../../lib/userError.ts";
import { forgetResources, nameOf, type StateResource } from "../../stateResources.ts";
import type { Repair } from "../host.ts";
import { lostOnAiven, servicesOf } from "./lost.ts";
import { leaveObsoleteTopics } from "./obsolete.ts";
import { isAivenService, kindOf, placeOf, type ServiceOnAiven } from "./resourceTypes.ts";
import { isWorking } from "./working.ts";

/**
 * Prepares an `up` for resources that were deleted in Aiven's console, were powered off or stopped, or have failed:
 * Aiven's provider would trust the engine's state, or fail on each of them separately.
 *
 * @returns URNs of the deployments that no longer run, for the `up` to replace
 * @throws UserError if a service is powered off, or if the user does not agree to recreate what was lost with its data
 */
export async function repairOnAiven(run: Repair, client: AivenClient): Promise<string[]> {
  const { stack, progress } = run;
  const known = run.state.resources;
  if (!known.some((resource) => kindOf(resource) !== "")) return [];
  const left = await leaveObsoleteTopics(run, known);
  const resources = known.filter(({ urn }) => !left.has(urn));
  const services = await servicesOf(resources, client);
  refusePoweredOff(resources, services);
  const { findings, withData, gone } = await lostOnAiven(resources, services, client);
  if (findings.length > 0) {
    for (const finding of findings) progress.note(`${finding}.`);
    if (withData) await agree(run, findings);
    await forgetResources(stack, gone);
  }
  const dead = await deadDeployments(
    resources.filter((resource) => !gone.includes(resource)),
    services,
    client,
  );
  for (const { finding } of dead) progress.note(finding);
  for (const each of fromSavepoints(resources)) progress.note(each);
  return dead.map(({ urn }) => urn);
}

async function agree({ stack, confirm }: Repair, findings: readonly string[]): Promise<void> {
  if (await confirm("Recreate what was lost, without its data?")) return;
  throw new UserError(`${findings.join(".\n")}.

Nothing has been changed. To recreate what was lost, without its data:

  npm run up -- ${stack.name} --yes

A service that was deleted by mistake can sometimes be recovered by Aiven's support.`);
}

function refusePoweredOff(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
): void {
  const off = resources
    .filter(isAivenService)
    .map(placeOf)
    .filter(({ project, serviceName }) =>
      services.get(project)?.some(({ name, state }) => name === serviceName && state === "POWEROFF"),
    )
    .map(({ serviceName }) => serviceName);
  if (off.length === 0) return;
  throw new UserError(
    `Powered off on Aiven: ${off.join(", ")}. Nothing can be changed there until they run again. Power them on in Aiven's console (service → Power on service), wait until it is RUNNING, then run the same command again: it also recreates the topics that Kafka loses while it is off.`,
  );
}

/** The statuses of a deployment that has ended. All others are those of one that runs, or is on its way. */
const ENDED = ["FAILED", "CANCELED", "FINISHED"];

/** The deployments of the state that no longer run, each with a sentence about it. */
async function deadDeployments(
  resources: readonly StateResource[],
  services: ReadonlyMap<string, readonly AivenService[]>,
  client: AivenClient,
): Promise<{ urn: string; finding: string }[]> {
  const deployments = resources
    .filter((resource) => kindOf(resource) === "FlinkApplicationDeployment")
    .filter((resource) => resource.delete !== true && resource.pendingReplacement !== true)
    .filter((resource) => isWorking(placeOf(resource), services));
  const dead = deployments.map(async (resource) => {
    const { project, serviceName, applicationId } = placeOf(resource) as ServiceOnAiven & {
      readonly applicationId: string;
    };
    const all = await client.deployments(project, serviceName, applicationId);
    // An application has one deployment at a time: another one may have been started in Aiven's console.
    if (all.some(({ status }) => !ENDED.includes(status))) return [];
    const own = all.find(({ id }) => resource.id?.endsWith(`/${id}`));
    return [{ urn: resource.urn, finding: `${nameOf(resource)} ${fateOf(own)}` }];
  });
  return (await Promise.all(dead)).flat();
}

/** A note about each deployment that startingSavepoint applies to: the setting is easily forgotten. */
function fromSavepoints(resources: readonly StateResource[]): string[] {
  return resources.flatMap((resource) => {
    const savepoint = resource.inputs?.startingSavepoint;
    if (kindOf(resource) !== "FlinkApplicationDeployment" || savepoint === undefined) return [];
    return [
      `${nameOf(resource)} has started from the savepoint ${savepoint} (startingSavepoint). While that is set, each new deployment of the pipeline reads again what came after it; remove it together with the next change of the pipeline.`,
    ];
  });
}

/** What has become of a deployment, and what happens to it; undefined if it is gone. */
function fateOf(deployment: AivenDeployment | undefined): string {
  if (deployment?.status === "FAILED") {
    return `has failed, and is deployed again. Flink's reason: ${javaCause(deployment.error) || "Aiven names none"}`;
  }
  const fate = deployment === undefined ? "was deleted" : `was stopped (${deployment.status})`;
  const last = deployment?.savepoint ? `; its last one is ${deployment.savepoint}` : "";
  return `${fate}, and is deployed again: it continues where its consumer group was, unless startingSavepoint names a savepoint${last}.`;
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../../../lib/progress.ts";
import { forgetResources, nameOf, type StateResource } from "../../stateResources.ts";

/** Topics that earlier versions needed, by the names of their resources. */
const TOPICS = ["notifier-cpu_notifier_state-topic"];

/**
 * Leaves protected topics that earlier versions needed where they are: the engine would refuse to delete them, which
 * would fail the whole `up`. It deletes unprotected ones itself.
 *
 * @returns URNs that are no longer in the state
 */
export async function leaveObsoleteTopics(
  { stack, progress }: { readonly stack: Stack; readonly progress: Progress },
  resources: readonly StateResource[],
): Promise<ReadonlySet<string>> {
  const found = resources.filter(
    (resource) => resource.protect === true && TOPICS.includes(nameOf(resource)),
  );
  const urns = new Set(found.map(({ urn }) => urn));
  if (urns.size === 0) return urns;
  await forgetResources(stack, found);
  const names = found.map(({ inputs = {} }) => inputs.topicName).join(", ");
  progress.note(
    `Nothing uses the topic ${names} any more. It is protected, and stays on Aiven: delete it in Aiven's console when you like.`,
  );
  return urns;
}

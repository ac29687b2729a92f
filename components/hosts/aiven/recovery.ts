import { nameOf, type PendingOperation, type StateResource } from "../../stateResources.ts";
import type { Run } from "../host.ts";
import { type AivenInputs, aivenIdOf } from "./ids.ts";

/**
 * Adds what a killed `up` had begun to create on Aiven to the state, so that the next `up` continues with it, or a
 * `destroy` deletes it. Otherwise Aiven would refuse the names as taken, and bill what nobody knows of any more.
 *
 * @throws AivenError if Aiven does not answer
 */
export async function adoptInterrupted({ stack, progress }: Run, token: string): Promise<void> {
  const state = await stack.exportStack();
  const resources: StateResource[] = state.deployment.resources ?? [];
  const pending: PendingOperation[] = state.deployment.pending_operations ?? [];
  const begun = pending.filter(
    ({ type, resource }) => type === "creating" && resource.type.startsWith("aiven:"),
  );
  const adopted: StateResource[] = [];
  for (const { resource } of begun) {
    const id = await aivenIdOf(token, resource.type, (resource.inputs ?? {}) as AivenInputs);
    // Of a replacement that does not exist yet, the former resource may be found.
    if (id === undefined || resources.some((known) => isAlive(known, resource.type, id))) continue;
    adopted.push({ ...resource, id, outputs: resource.inputs ?? {} });
  }
  if (adopted.length === 0) return;
  const urns = adopted.map(({ urn }) => urn);
  await stack.importStack({
    ...state,
    deployment: { ...state.deployment, resources: withAdopted(resources, adopted), pending_operations: [] },
  });
  const names = adopted.map(nameOf).join(", ");
  progress.note(`An earlier run was interrupted; what it had begun on Aiven is taken over: ${names}.`);
  // Reads what has become of them in the meantime.
  await stack.refresh({ target: urns, color: "never" });
}

const isAlive = (known: StateResource, type: string, id: string) =>
  known.type === type && known.id === id && known.pendingReplacement !== true;

/**
 * The engine's state once resources have been created. A replacement comes before the resource that it replaces, as
 * what depends on it comes after; the former is noted as the engine notes it: it is gone, or is still to be deleted.
 */
function withAdopted(
  resources: readonly StateResource[],
  adopted: readonly StateResource[],
): readonly StateResource[] {
  const replaced = new Set<StateResource>();
  const known = resources.flatMap((former) => {
    const successor = adopted.find(({ urn }) => urn === former.urn);
    if (successor === undefined || former.delete === true) return [former];
    replaced.add(successor);
    return former.pendingReplacement === true ? [successor] : [successor, { ...former, delete: true }];
  });
  return [...known, ...adopted.filter((resource) => !replaced.has(resource))];
}

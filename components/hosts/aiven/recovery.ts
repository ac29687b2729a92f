import { UserError } from "../../../lib/userError.ts";
import { nameOf, type PendingOperation, type StateResource } from "../../stateResources.ts";
import type { Run } from "../host.ts";
import { aboutForeign, type ForeignService, foreignService } from "./foreignServices.ts";
import { type AivenInputs, aivenIdOf } from "./ids.ts";
import { isAivenService } from "./resourceTypes.ts";

/**
 * Adds what a killed `up` had begun to create on Aiven to the state, so that the next `up` continues with it, or a
 * `destroy` deletes it. Otherwise Aiven would refuse the names as taken, and bill what nobody knows of any more. A
 * service that somebody else has created under such a name is forgotten, so that no `destroy` ever deletes it.
 *
 * @throws AivenError if Aiven does not answer, UserError if a service is somebody else's
 */
export async function adoptInterrupted({ stack, progress }: Run, token: string): Promise<void> {
  const state = await stack.exportStack();
  const resources: StateResource[] = state.deployment.resources ?? [];
  const pending: PendingOperation[] = state.deployment.pending_operations ?? [];
  const begun = pending.filter(
    ({ type, resource }) => type === "creating" && resource.type.startsWith("aiven:"),
  );
  const writtenAt = String(state.deployment.manifest?.time);
  const adopted: StateResource[] = [];
  const foreign: ForeignService[] = [];
  for (const { resource } of begun) {
    const id = await aivenIdOf(token, resource.type, (resource.inputs ?? {}) as AivenInputs);
    // Of a replacement that does not exist yet, the former resource may be found.
    if (id === undefined || resources.some((known) => isAlive(known, resource.type, id))) continue;
    const other = isAivenService(resource) ? await foreignService(token, resource, writtenAt) : undefined;
    if (other !== undefined) foreign.push(other);
    else adopted.push({ ...resource, id, outputs: resource.inputs ?? {} });
  }
  if (adopted.length + foreign.length === 0) return;
  await stack.importStack({
    ...state,
    deployment: { ...state.deployment, resources: withAdopted(resources, adopted), pending_operations: [] },
  });
  if (adopted.length > 0) await readAdopted({ stack, progress }, adopted);
  if (foreign.length > 0) throw new UserError(aboutForeign(foreign, { stack: stack.name, writtenAt }));
}

async function readAdopted(
  { stack, progress }: Pick<Run, "stack" | "progress">,
  adopted: readonly StateResource[],
): Promise<void> {
  const names = adopted.map(nameOf).join(", ");
  progress.note(`An earlier run was interrupted; what it had begun on Aiven is taken over: ${names}.`);
  // Reads what has become of them in the meantime.
  await stack.refresh({ target: adopted.map(({ urn }) => urn), color: "never" });
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

import { nameOf, type PendingOperation } from "../../stateResources.ts";
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
  const pending: PendingOperation[] = state.deployment.pending_operations ?? [];
  const begun = pending.filter(
    ({ type, resource }) => type === "creating" && resource.type.startsWith("aiven:"),
  );
  const adopted = [];
  for (const { resource } of begun) {
    const id = await aivenIdOf(token, resource.type, (resource.inputs ?? {}) as AivenInputs);
    if (id !== undefined) adopted.push({ ...resource, id, outputs: resource.inputs ?? {} });
  }
  if (adopted.length === 0) return;
  const urns = adopted.map(({ urn }) => urn);
  await stack.importStack({
    ...state,
    deployment: {
      ...state.deployment,
      resources: [...(state.deployment.resources ?? []), ...adopted],
      pending_operations: pending.filter(({ resource }) => !urns.includes(resource.urn)),
    },
  });
  const names = adopted.map(nameOf).join(", ");
  progress.note(`An earlier run was interrupted; what it had begun on Aiven is taken over: ${names}.`);
  // Reads what has become of them in the meantime.
  await stack.refresh({ target: urns, color: "never" });
}

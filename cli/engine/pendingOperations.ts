import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { PendingOperation } from "../../components/stateResources.ts";

/** How the engine's warning about them begins; it would be repeated with each `up`. */
export const PENDING_OPERATIONS = "Attempting to deploy or update resources with";

/**
 * Forgets that the creation of some of our own resources was once interrupted, for after an `up` that has
 * created them: our provider finds and takes over what an interrupted creation has left. Other providers'
 * stay, since there something may be left that nobody knows of.
 */
export async function forgetPendingCreations(stack: Stack): Promise<void> {
  const state = await stack.exportStack();
  const pending: PendingOperation[] = state.deployment.pending_operations ?? [];
  const kept = pending.filter(
    ({ type, resource }) => type !== "creating" || !resource.type.startsWith("streaming:"),
  );
  if (kept.length === pending.length) return;
  await stack.importStack({ ...state, deployment: { ...state.deployment, pending_operations: kept } });
}

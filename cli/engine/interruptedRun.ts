import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { PendingOperation } from "../../components/stateResources.ts";
import { isReady } from "../../provider/process/readiness.ts";

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

/**
 * Ends the plugins of providers whose engine is gone, as after it was killed: they look for it every five minutes only,
 * and meanwhile carry out what they were asked for. Each has the engine's address as its argument.
 */
export async function endOrphanedPlugins(): Promise<void> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,args="]);
  const plugins = [...stdout.matchAll(/^ *(\d+) (?:\S+ )?\S*pulumi-resource-[\w-]+ 127\.0\.0\.1:(\d+)/gm)];
  for (const [, pid, port] of plugins) {
    if (await isReady({ tcp: Number(port) })) continue;
    try {
      process.kill(Number(pid));
    } catch {
      // It has ended, or is another user's.
    }
  }
}

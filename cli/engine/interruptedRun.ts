import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Host, Run } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import type { PendingOperation } from "../../components/stateResources.ts";
import { isReady } from "../../provider/process/readiness.ts";

/** The start of the engine's warning about pending operations, which it would repeat on every `up`. */
export const PENDING_OPERATIONS = "Attempting to deploy or update resources with";

const cleared = (hosts as readonly Host[]).flatMap(({ interrupted }) => interrupted ?? []);

/** Removes what an interrupted run created without the engine's state knowing of it, where a host can find it. */
export async function removeLeftovers(run: Run): Promise<void> {
  for (const host of cleared) await host.removeLeftovers(run);
}

/**
 * Forgets interrupted creations, after an `up` that has created the resources: our provider finds and takes over what
 * an interrupted creation left behind, and some hosts remove it. Those of other providers stay, because something that
 * nobody knows of may be left there.
 */
export async function forgetPendingCreations(stack: Stack): Promise<void> {
  const state = await stack.exportStack();
  const pending: PendingOperation[] = state.deployment.pending_operations ?? [];
  const types = ["streaming:", ...cleared.map((host) => host.types)];
  const kept = pending.filter(
    ({ type, resource }) => type !== "creating" || !types.some((own) => resource.type.startsWith(own)),
  );
  if (kept.length === pending.length) return;
  await stack.importStack({ ...state, deployment: { ...state.deployment, pending_operations: kept } });
}

/**
 * Ends provider plugins whose engine is gone, for example because it was killed: they check for it only every five
 * minutes, and meanwhile carry out what they were asked to do. Each has the engine's address as its argument.
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

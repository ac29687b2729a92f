import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { Host, Run } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { type StackState, stackState } from "../../components/stateResources.ts";
import { during } from "../../lib/progress.ts";
import { allCommands } from "../../provider/process/identity.ts";
import { isListening } from "../../provider/process/ports.ts";
import { secretOf } from "./secrets.ts";

/** The start of the engine's warning about pending operations, which it would repeat on every `up`. */
export const PENDING_OPERATIONS = "Attempting to deploy or update resources with";

/**
 * Settles what an interrupted run has created without the engine's state knowing of it: each host removes it, or adds
 * it to the state.
 *
 * @returns what the engine knows afterwards
 */
export async function settleInterrupted(run: Run): Promise<StackState> {
  const { stack, progress, state } = run;
  if (state.begun.length === 0) return state;
  return during(progress.task("Looking for what an interrupted run has begun"), async () => {
    // They could still create what a host does not find.
    await endOrphanedPlugins();
    for (const host of hosts as readonly Host[]) await host.removeLeftovers?.(run);
    // Comes second: the engine drops what was begun from a state that is imported.
    for (const host of hosts as readonly Host[]) await host.adoptBegun?.({ secret: secretOf(stack) }, run);
    return stackState(stack);
  });
}

/**
 * Forgets what an interrupted run had begun to create, after an `up` that has created it: our provider takes over what
 * it finds, and so do the hosts, or they remove it. The engine drops pending operations from a state that is imported.
 */
export async function forgetPendingCreations(stack: Stack): Promise<void> {
  await stack.importStack(await stack.exportStack());
}

/**
 * Ends provider plugins whose engine is gone, for example because it was killed: they check for it only every five
 * minutes, and meanwhile carry out what they were asked to do. Each has the engine's address as its argument.
 */
export async function endOrphanedPlugins(commands = allCommands()): Promise<void> {
  for (const { pid, command } of commands) {
    const [, port] = /^(?:\S+ )?\/.*\/pulumi-resource-[\w-]+ 127\.0\.0\.1:(\d+)/.exec(command) ?? [];
    if (port === undefined || (await isListening(Number(port)))) continue;
    try {
      process.kill(pid);
    } catch {
      // It has ended, or is another user's.
    }
  }
}

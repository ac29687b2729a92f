import type { Stack, UpOptions } from "@pulumi/pulumi/automation/index.js";
import type { Host, Run } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { type Settings, SettingsError } from "../../components/settings.ts";
import { knownResources, type StackState, stackState } from "../../components/stateResources.ts";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";
import type { Progress } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";
import { confirming } from "../output/terminal.ts";
import { messagesOf, withAdvice } from "./advice.ts";
import { describeChanges, EngineProgress } from "./engineProgress.ts";
import { endOrphanedPlugins, forgetPendingCreations, settleInterrupted } from "./interruptedRun.ts";
import { Interruption } from "./interruption.ts";
import { outlived } from "./outlived.ts";
import { resolvedOutputs, type StackOutputs } from "./outputs.ts";
import { secretOf } from "./secrets.ts";
import { unlocked } from "./stackLock.ts";
import { stackSettings } from "./stackSettings.ts";

/**
 * How many steps the engine takes at once: more than there are jobs, which wait for each other. The default is 8 on
 * two cores; then everything else, including the live page, comes after the first jobs.
 */
const PARALLEL_STEPS = 32;

export interface DeployOptions {
  /** Whether the user agrees in advance to recreating what was lost with its data, and to deleting data. */
  readonly yes?: boolean;
  /** Receives the name of each resource once it runs, and the stack's settings. */
  readonly onDone?: (resource: string, settings: Settings) => void;
}

/**
 * Deploys a stack and shows the steps of the engine.
 *
 * @returns what changed, in words, and how to reach what runs now
 * @throws SettingsError with every wrong setting, before the engine starts
 * @throws UserError with every error of the engine
 */
export async function deploy(
  stack: Stack,
  progress: Progress,
  { yes = false, onDone }: DeployOptions = {},
): Promise<{ changes: string; outputs: StackOutputs }> {
  const settings = await stackSettings(stack);
  const stackHosts = new StackHosts({ settings, stack: stack.name, secret: secretOf(stack) });
  const run = { stack, progress, state: await stackState(stack) };
  await stackHosts.checkState(run);
  await stackHosts.preflight(progress, async () => knownResources(run.state));
  const settled = { ...run, state: await guarded(stack, progress, () => settleInterrupted(run)) };
  const replace = await unlocked(stack, progress, () =>
    stackHosts.repair({ ...settled, confirm: confirming(yes) }),
  );
  const { default: program } = await import("../../index.ts");
  const { changes, result: outputs } = await shown(
    stack,
    progress,
    async (onEvent, interruption) => {
      await stackHosts.recover(settled);
      interruption.throwIfRequested();
      return runUp(stack, () => program({ checked: true }), {
        onEvent,
        signal: interruption.signal,
        replace,
        parallel: PARALLEL_STEPS,
      });
    },
    { onDone: (resource) => onDone?.(resource, settings) },
  );
  await stackHosts.awaitRunning(run, { ...outputs });
  return { changes, outputs };
}

/**
 * Tears a stack down and shows the steps of the engine.
 *
 * @returns what changed, in words
 * @throws UserError if the stack is protected, before the engine starts
 * @throws UserError with every error of the engine
 */
export async function tearDown(run: Run): Promise<string> {
  const { stack, progress, state } = run;
  const check = ({ resources }: StackState) => {
    for (const host of hosts as readonly Host[]) host.checkDestroy?.(stack.name, resources);
  };
  check(state);
  check(await guarded(stack, progress, () => settleInterrupted(run)));
  const { changes } = await shown(
    stack,
    progress,
    (onEvent, { signal }) => withoutReport(stack).destroy({ onEvent, signal, color: "never" }),
    { afterInterruption: "An earlier run was interrupted; what it had recorded is deleted." },
  );
  return changes;
}

/**
 * Deploys a stack with a program.
 *
 * @returns its outputs, which come from the program itself: the engine would take two more processes to report them
 */
export async function runUp(
  stack: Stack,
  program: () => Promise<object>,
  options: Omit<UpOptions, "program">,
): Promise<StackOutputs> {
  let returned: object = {};
  await withoutReport(stack).up({
    ...options,
    color: "never",
    program: async () => {
      returned = await program();
      return returned as Record<string, unknown>;
    },
  });
  return resolvedOutputs(returned);
}

/** A stack whose operations do not end with up to three more processes of Pulumi, for outputs and a summary. */
export const withoutReport = (stack: Stack): Stack =>
  Object.assign(Object.create(stack), { outputs: async () => ({}), info: async () => undefined });

interface Shown {
  readonly onDone?: (resource: string) => void;
  /** What becomes of what an interrupted run had begun; a sentence. */
  readonly afterInterruption?: string;
}

/** @returns what changed, in words, and what the operation returned */
async function shown<T>(
  stack: Stack,
  progress: Progress,
  operate: (onEvent: EngineProgress["onEvent"], interruption: Interruption) => Promise<T>,
  { onDone, afterInterruption }: Shown = {},
): Promise<{ changes: string; result: T }> {
  const slowSteps = hosts.flatMap((host: Host) => host.slowSteps ?? []);
  const engine = new EngineProgress(progress, slowSteps, onDone, afterInterruption);
  const run = async (interruption: Interruption) => {
    const onEvent: typeof engine.onEvent = (event) => {
      interruption.onEvent(event);
      engine.onEvent(event);
    };
    const result = await operate(onEvent, interruption);
    if (engine.interrupted) await forgetPendingCreations(stack);
    return { changes: describeChanges(engine.changes), result };
  };
  return guarded(stack, progress, run, () => engine.errors);
}

/**
 * Lets the engine work on a stack. A signal to end lets it complete the steps that are under way, and we wait for that.
 *
 * @param errors those that the engine has reported
 * @throws UserError with the engine's errors, or what went wrong otherwise; also after a signal
 */
async function guarded<T>(
  stack: Stack,
  progress: Progress,
  operate: (interruption: Interruption) => Promise<T>,
  errors: () => readonly string[] = () => [],
): Promise<T> {
  Object.assign(stack.workspace.envVars, ...hosts.map((host: Host) => host.engineEnvironment));
  const interruption = new Interruption((text) => progress.note(text));
  for (const signal of ENDING_SIGNALS) process.on(signal, interruption.onSignal);
  try {
    const result = await unlocked(stack, progress, () => outlived(() => operate(interruption)));
    interruption.throwIfRequested();
    return result;
  } catch (error) {
    await endOrphanedPlugins().catch(() => undefined);
    throw error instanceof UserError || error instanceof SettingsError
      ? error
      : new UserError(withAdvice(errors().length > 0 ? errors() : messagesOf(error), stack.name));
  } finally {
    for (const signal of ENDING_SIGNALS) process.off(signal, interruption.onSignal);
  }
}

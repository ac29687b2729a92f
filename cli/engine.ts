import { existsSync } from "node:fs";
import { CommandError, ConcurrentUpdateError, type Stack } from "@pulumi/pulumi/automation/index.js";
import { describeChanges, EngineProgress } from "./engineProgress.ts";
import type { Progress } from "./progress.ts";
import { UserError } from "./userError.ts";

type Operation = "up" | "destroy";

/**
 * Runs an engine operation with its steps shown.
 *
 * @returns what changed, in words
 * @throws UserError with everything that the engine says went wrong
 */
export async function runEngine(stack: Stack, operation: Operation, progress: Progress): Promise<string> {
  const shown = new EngineProgress(progress);
  // Ctrl-C reaches the engine too; it ends the running steps in order, and we wait for that.
  const onInterrupt = () => progress.note("Stopping: waiting for the steps that are under way …");
  process.on("SIGINT", onInterrupt);
  try {
    await unlocked(stack, progress, () => stack[operation]({ onEvent: shown.onEvent, color: "never" }));
    return describeChanges(shown.changes);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(messageOf(error, shown.errors, operation));
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

/** Runs `use`; a lock that a killed run has left behind is removed once. */
async function unlocked<T>(stack: Stack, progress: Progress, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    if (!(error instanceof ConcurrentUpdateError)) throw error;
    const pid = Number(/\(pid (\d+)\)/.exec(error.message)?.[1]);
    if (!Number.isInteger(pid) || isRunning(pid)) {
      throw new UserError(
        `Another run is working on the stack ${stack.name}${pid ? ` (process ${pid})` : ""}: wait for it to end, then try again.`,
      );
    }
    progress.note(`An earlier run on the stack ${stack.name} was killed; its lock is removed.`);
    await stack.cancel();
    return use();
  }
}

function isRunning(pid: number): boolean {
  return existsSync("/proc") ? existsSync(`/proc/${pid}`) : canSignal(pid);
}

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function messageOf(error: unknown, errors: readonly string[], operation: Operation): string {
  if (errors.length > 0) return errors.join("\n");
  if (!(error instanceof CommandError)) return error instanceof Error ? error.message : String(error);
  // The CLI failed before the engine ran; its own words are on lines that begin with "error:".
  const lines = error.message.split("\n").filter((line) => line.startsWith("error:"));
  return lines.length > 0 ? [...new Set(lines)].join("\n") : `pulumi ${operation} failed:\n${error.message}`;
}

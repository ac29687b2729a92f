import { rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { localStacks } from "./localStacks.ts";
import { stateDirectory } from "./stackState.ts";

/**
 * Removes the state's folder once it holds no stack, not even one of another project: the name in Pulumi.yaml may have
 * changed, and the engine lists only stacks of the current one.
 */
export function removeUnusedState(directory = stateDirectory): void {
  try {
    if (localStacks(directory).length > 0) return;
    rmSync(join(directory, ".pulumi"), { recursive: true, force: true });
    rmdirSync(directory);
  } catch {
    // It holds something else, is another user's, or never existed.
  }
}

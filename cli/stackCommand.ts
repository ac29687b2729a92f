import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { setUp } from "../setup/setUp.ts";
import { createProgress, type Progress } from "./progress.ts";
import { openStack } from "./workspace.ts";

/**
 * What every command on a stack begins and ends with: the tools in place, the stack open, and the progress
 * display closed whatever happens.
 */
export async function withStack<T>(
  name: string,
  use: (stack: Stack, progress: Progress) => Promise<T>,
  { create = false } = {},
): Promise<T> {
  const progress = createProgress();
  try {
    const { pulumi } = await setUp(progress);
    return await use(await openStack(name, pulumi, create), progress);
  } finally {
    progress.close();
  }
}

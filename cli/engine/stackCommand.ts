import { CommandError, type Stack } from "@pulumi/pulumi/automation/index.js";
import type { Progress } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";
import { type Needs, NOTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";
import { withAdvice } from "./advice.ts";
import { wordsOf } from "./commandError.ts";
import { requirePassphrase } from "./passphrase.ts";
import { stackFile } from "./stackFile.ts";
import { stackState } from "./stackState.ts";
import { openStack } from "./workspace.ts";

/**
 * What every command on a stack begins and ends with: the tools in place, the stack open, and the progress
 * display closed whatever happens.
 *
 * @param options `create` makes the stack where it does not exist yet; `needs` is what else has to be installed
 */
export async function withStack<T>(
  name: string,
  use: (stack: Stack, progress: Progress) => Promise<T>,
  { create = false, needs = NOTHING }: { create?: boolean; needs?: Needs } = {},
): Promise<T> {
  const file = await stackFile(name);
  const state = await stackState(file);
  await requirePassphrase(file, state);
  const progress = createProgress();
  try {
    const { pulumi } = await setUp(progress, needs);
    return await use(await openStack(name, state, pulumi, create), progress);
  } catch (error) {
    // Also where no engine runs, the CLI has to read secrets.
    throw error instanceof CommandError ? new UserError(withAdvice(wordsOf(error), name)) : error;
  } finally {
    progress.close();
  }
}

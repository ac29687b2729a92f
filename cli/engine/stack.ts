import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  CommandError,
  LocalWorkspace,
  type PulumiCommand,
  Stack,
  StackNotFoundError,
  type Workspace,
} from "@pulumi/pulumi/automation/index.js";
import type { StackFolders } from "../../components/hosts/local/folders.ts";
import { projectDirectory } from "../../lib/paths.ts";
import type { Progress } from "../../lib/progress.ts";
import { UserError } from "../../lib/userError.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import { type Needs, NOTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";
import { messagesOf, withAdvice } from "./advice.ts";
import { notUp } from "./outputs.ts";
import { stackFile } from "./stackFile.ts";
import { requirePassphrase, type StackState, stackState, stateDirectory, stateUrl } from "./stackState.ts";

/**
 * Runs a command on a stack: installs the tools, opens the stack, and closes the progress display in any case.
 *
 * @param options `create` creates the stack if it does not exist yet; `needs` is what else must be installed
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
    // The CLI has to decrypt secrets even if no engine runs.
    throw error instanceof CommandError ? new UserError(withAdvice(messagesOf(error), name)) : error;
  } finally {
    progress.close();
  }
}

/**
 * Opens a stack of this project; `create` creates it if it does not exist yet.
 *
 * @throws UserError when the stack does not exist and should not be created
 */
async function openStack(
  name: string,
  state: StackState,
  pulumi: PulumiCommand,
  create = false,
): Promise<Stack> {
  // The engine writes the state readable for all; the folder keeps others out.
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const workspace = await LocalWorkspace.create({
    workDir: projectDirectory,
    pulumiCommand: pulumi,
    envVars: environment(state),
  });
  try {
    return await Stack.select(name, workspace);
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    if (create) return Stack.create(name, workspace);
    await removeUnusedState(workspace);
    throw new UserError(notUp(name));
  }
}

/** Forgets a destroyed stack and what it left: its folders, and the state's folder when no stack is left. */
export async function forgetStack(stack: Stack, folders: StackFolders): Promise<void> {
  await stack.workspace.removeStack(stack.name, { preserveConfig: true });
  folders.remove();
  await removeUnusedState(stack.workspace);
}

/** Removes the state's folder once it remembers no stack. Other backends are left alone. */
async function removeUnusedState(workspace: Workspace): Promise<void> {
  if (workspace.envVars.PULUMI_BACKEND_URL !== stateUrl(stateDirectory)) return;
  if ((await workspace.listStacks()).length > 0) return;
  rmSync(join(stateDirectory, ".pulumi"), { recursive: true, force: true });
  try {
    rmdirSync(stateDirectory);
  } catch {
    // The folder holds something else.
  }
}

function environment({ url, emptyPassphrase }: StackState): Record<string, string> {
  const always = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_BACKEND_URL: url };
  if (!emptyPassphrase) return always;
  // Independent of the passphrase of other projects.
  return {
    ...always,
    PULUMI_HOME: join(cacheDirectory(), "pulumi-home"),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
  };
}

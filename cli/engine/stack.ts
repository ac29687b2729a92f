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
import { stackFile } from "./stackFile.ts";
import { requirePassphrase, type StackState, stackState, stateDirectory, stateUrl } from "./stackState.ts";

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
    throw error instanceof CommandError ? new UserError(withAdvice(messagesOf(error), name)) : error;
  } finally {
    progress.close();
  }
}

/**
 * Opens a stack of this project; `create` makes it where it does not exist yet.
 *
 * @throws UserError when the stack does not exist and is not to be made
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
    throw new UserError(`The stack ${name} is not up. npm run up -- ${name} stands it up.`);
  }
}

/** Forgets a destroyed stack and what it left: its folders, and the state's folder when no stack is left. */
export async function forgetStack(stack: Stack, folders: StackFolders): Promise<void> {
  await stack.workspace.removeStack(stack.name, { preserveConfig: true });
  folders.remove();
  await removeUnusedState(stack.workspace);
}

/** The state's folder is there only while it remembers a stack. What another backend remembers says nothing of it. */
async function removeUnusedState(workspace: Workspace): Promise<void> {
  if (workspace.envVars.PULUMI_BACKEND_URL !== stateUrl(stateDirectory)) return;
  if ((await workspace.listStacks()).length > 0) return;
  rmSync(join(stateDirectory, ".pulumi"), { recursive: true, force: true });
  try {
    rmdirSync(stateDirectory);
  } catch {
    // Something else lies there.
  }
}

function environment({ url, emptyPassphrase }: StackState): Record<string, string> {
  const always = { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_BACKEND_URL: url };
  if (!emptyPassphrase) return always;
  // Whatever passphrase other projects use.
  return {
    ...always,
    PULUMI_HOME: join(cacheDirectory(), "pulumi-home"),
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_CONFIG_PASSPHRASE_FILE: "",
  };
}

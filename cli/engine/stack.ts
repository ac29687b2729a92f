import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CommandError,
  LocalWorkspace,
  type PulumiCommand,
  Stack,
  StackNotFoundError,
  type Workspace,
} from "@pulumi/pulumi/automation/index.js";
import { isEmpty } from "../../components/stateResources.ts";
import { projectDirectory } from "../../lib/paths.ts";
import type { Progress } from "../../lib/progress.ts";
import { replaceFile } from "../../lib/replaceFile.ts";
import { UserError } from "../../lib/userError.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import { type Needs, NOTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";
import { messagesOf, withAdvice } from "./advice.ts";
import { notUp } from "./outputs.ts";
import { completeFile } from "./secrets.ts";
import { onCopy, stackFile } from "./stackFile.ts";
import { requirePassphrase, type StackState, stackState, stateDirectory, stateUrl } from "./stackState.ts";
import { removeUnusedState } from "./unusedState.ts";

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
  const state = await accessibleState(name);
  const progress = createProgress();
  try {
    const { pulumi } = await setUp(progress, needs);
    const opened = await openStack(name, state, pulumi, create);
    return await use(opened.stack, progress).catch(async (error) => {
      await opened.undo().catch(() => undefined);
      throw error;
    });
  } catch (error) {
    // The CLI has to decrypt secrets even if no engine runs.
    throw error instanceof CommandError ? new UserError(withAdvice(messagesOf(error), name)) : error;
  } finally {
    progress.close();
  }
}

/**
 * Where the state of a stack is, once it is certain that its file can be read and that the passphrase is there.
 *
 * @throws UsageError, UserError if not
 */
export async function accessibleState(name: string): Promise<StackState> {
  const file = await stackFile(name);
  const state = await stackState(file);
  await requirePassphrase(file, state);
  return state;
}

interface OpenStack {
  readonly stack: Stack;
  /** Removes what opening the stack created, unless something was deployed since. */
  readonly undo: () => Promise<void>;
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
  create: boolean,
): Promise<OpenStack> {
  // The engine makes the state world-readable; the folder keeps other users out.
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const workspace = await LocalWorkspace.create({
    workDir: projectDirectory,
    pulumiCommand: pulumi,
    envVars: environment(state),
  });
  try {
    const stack = await Stack.select(name, workspace);
    await completeFile(stack);
    return { stack, undo: async () => undefined };
  } catch (error) {
    const isMissing = error instanceof StackNotFoundError;
    if (isMissing && create) return createStack(name, workspace);
    leaveNoEmptyState(workspace);
    throw isMissing ? new UserError(notUp(name)) : error;
  }
}

async function createStack(name: string, workspace: LocalWorkspace): Promise<OpenStack> {
  const path = join(workspace.workDir, `Pulumi.${name}.yaml`);
  const before = readFileSync(path, "utf8");
  await onCopy(workspace, name, (copy) => Stack.create(name, copy));
  const stack = await Stack.select(name, workspace);
  await completeFile(stack);
  const own = readFileSync(path, "utf8");
  const undo = async () => {
    if (!(await isEmpty(stack))) return;
    await workspace.removeStack(name, { preserveConfig: true });
    leaveNoEmptyState(workspace);
    if (readFileSync(path, "utf8") === own) replaceFile(path, before);
  };
  return { stack, undo };
}

/** Forgets a destroyed stack; the state's folder goes when no stack is left. */
export async function forgetStack(stack: Stack): Promise<void> {
  await stack.workspace.removeStack(stack.name, { preserveConfig: true });
  leaveNoEmptyState(stack.workspace);
}

/** Other backends are left alone. */
function leaveNoEmptyState({ envVars }: Workspace): void {
  if (envVars.PULUMI_BACKEND_URL === stateUrl(stateDirectory)) removeUnusedState();
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

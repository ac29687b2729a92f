import { mkdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  LocalWorkspace,
  type PulumiCommand,
  Stack,
  StackNotFoundError,
  type Workspace,
} from "@pulumi/pulumi/automation/index.js";
import { projectDirectory } from "../components/local/folders.ts";
import program from "../index.ts";
import { cacheDirectory } from "../setup/cache.ts";
import { hasEmptyPassphrase } from "./passphrase.ts";
import { UserError } from "./userError.ts";

/** Where stacks are remembered unless PULUMI_BACKEND_URL names another place. */
export const stateDirectory = join(projectDirectory, ".stacks");

/**
 * Opens a stack of this project; `create` makes it where it does not exist yet.
 *
 * @throws UserError when the stack does not exist and is not to be made
 */
export async function openStack(name: string, pulumi: PulumiCommand, create = false): Promise<Stack> {
  // The engine writes the state readable for all; the folder keeps others out.
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const workspace = await LocalWorkspace.create({
    workDir: projectDirectory,
    pulumiCommand: pulumi,
    program,
    envVars: environment(name),
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

/** Forgets a destroyed stack and what it left: its folder, and the state's folder when no stack is left. */
export async function forgetStack(stack: Stack, directory: string): Promise<void> {
  await stack.workspace.removeStack(stack.name, { preserveConfig: true });
  rmSync(directory, { recursive: true, force: true });
  await removeUnusedState(stack.workspace);
}

/** The state's folder is there only while it remembers a stack. */
async function removeUnusedState(workspace: Workspace): Promise<void> {
  if ((await workspace.listStacks()).length > 0) return;
  rmSync(join(stateDirectory, ".pulumi"), { recursive: true, force: true });
  try {
    rmdirSync(stateDirectory);
  } catch {
    // Something else lies there.
  }
}

/**
 * The engine's state in a folder, without a second file of attributes beside each: those are not written in one go,
 * and an engine that is killed meanwhile leaves a state that cannot be read.
 * Source: https://pkg.go.dev/gocloud.dev/blob/fileblob
 */
export const stateUrl = (directory: string) => `file://${directory}?metadata=skip`;

function environment(name: string): Record<string, string> {
  const always = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_BACKEND_URL: process.env.PULUMI_BACKEND_URL ?? stateUrl(stateDirectory),
  };
  // Whatever passphrase other projects use.
  if (hasEmptyPassphrase(name))
    return {
      ...always,
      PULUMI_HOME: join(cacheDirectory(), "pulumi-home"),
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
  return always;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { replaceFile } from "../../lib/replaceFile.ts";
import { UserError } from "../../lib/userError.ts";
import { setSecret } from "./setSecret.ts";
import { stackConfig } from "./stackConfig.ts";
import { onCopy, type StackFile, withSecret, withTopLevel } from "./stackFile.ts";
import { givenPassphrase, requirePassphrase, stackState, unlock } from "./stackState.ts";

/** The key of a secret in a stack's configuration: in the project's namespace, unless it names another. */
export const configKey = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** Reads and decrypts a configuration value that is not a setting; the engine is called only if there is one. */
export const secretOf =
  (stack: Stack) =>
  async (key: string): Promise<string | undefined> => {
    const config = await stackConfig(stack);
    const { name: project } = await stack.workspace.projectSettings();
    const isThere = key in config || configKey(project, key) in config;
    return isThere ? (await stack.getConfig(key)).value : undefined;
  };

/**
 * The same without the engine, whether or not the stack exists. Only the engine can read values encrypted with a
 * cloud's key: they are undefined here.
 */
export const secretOfFile =
  (file: StackFile, env: NodeJS.ProcessEnv = process.env) =>
  async (key: string): Promise<string | undefined> => {
    const { encryptionSalt } = await file.workspace.stackSettings(file.name);
    const config = await stackConfig(file);
    const { name: project } = await file.workspace.projectSettings();
    const value: unknown = config[configKey(project, key)] ?? config[key];
    const sealed = (value as { readonly secure?: string } | undefined)?.secure;
    if (sealed === undefined || encryptionSalt === undefined) return undefined;
    const state = await stackState(file, env);
    await requirePassphrase(file, state, env);
    const passphrase = state.emptyPassphrase ? "" : (givenPassphrase(env) ?? "");
    const unseal = await unlock(passphrase, encryptionSalt);
    if (unseal === undefined) throw new UserError(wrongPassphrase(file.name));
    return unseal(sealed);
  };

export const wrongPassphrase = (stack: string) =>
  `PULUMI_CONFIG_PASSPHRASE is not the one that the stack ${stack} was first used with. Without it, its secrets cannot be read.`;

/**
 * Adds what is needed to decrypt a stack's secrets to its file, if it is not there yet: the salt of the passphrase, or
 * the key that a cloud has encrypted. The engine would add it, too, but rewrite the whole file.
 */
export async function completeFile(stack: Stack): Promise<void> {
  const { name, workspace } = stack;
  const { secretsProvider = "default", encryptionSalt, encryptedKey } = await workspace.stackSettings(name);
  if (encryptionSalt !== undefined || encryptedKey !== undefined) return;
  const isCloud = /^https?:/.test(workspace.envVars.PULUMI_BACKEND_URL ?? "");
  // Pulumi Cloud does its own encryption.
  if (isCloud && secretsProvider === "default") return;
  const { deployment } = await stack.exportStack();
  const { salt, encryptedkey } = deployment.secrets_providers?.state ?? {};
  if (salt !== undefined) change(stack, (text) => withTopLevel(text, "encryptionsalt", salt));
  if (encryptedkey !== undefined) change(stack, (text) => withTopLevel(text, "encryptedkey", encryptedkey));
}

/** Stores an encrypted value in the file of an existing stack, on a line of its own. */
export async function storeSecret(stack: Stack, key: string, value: string): Promise<void> {
  const { name, workspace } = stack;
  const { name: project } = await workspace.projectSettings();
  const full = key.includes(":") ? key : `${project}:${key}`;
  const sealed = await onCopy(workspace as LocalWorkspace, name, async (copy) => {
    await setSecret(copy, name, key, value);
    const { config = {} } = await copy.stackSettings(name);
    return (config[full] as unknown as { readonly secure: string }).secure;
  });
  change(stack, (text) => withSecret(text, [full, key], sealed));
}

function change({ name, workspace }: Stack, edit: (text: string) => string): void {
  const file = join(workspace.workDir, `Pulumi.${name}.yaml`);
  replaceFile(file, edit(readFileSync(file, "utf8")));
}

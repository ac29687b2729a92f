import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { replaceFile } from "../../lib/replaceFile.ts";
import { UserError } from "../../lib/userError.ts";
import { configOf } from "./configOf.ts";
import { setSecret } from "./setSecret.ts";
import { onCopy, type StackFile, withSecret, withTopLevel } from "./stackFile.ts";
import { givenPassphrase, requirePassphrase, stackState, unlock } from "./stackState.ts";

/** The key of a secret in a stack's configuration: in the project's namespace, unless it names another. */
export const configKey = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** Reads and decrypts a configuration value that is not a setting; the engine is called only if there is one. */
export const secretOf =
  (stack: Stack) =>
  async (key: string): Promise<string | undefined> => {
    const config = configOf(await stack.workspace.stackSettings(stack.name));
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
    const settings = await file.workspace.stackSettings(file.name);
    const { encryptionSalt } = settings;
    const config = configOf(settings);
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
    const config = configOf(await copy.stackSettings(name));
    return (config[full] as { readonly secure: string }).secure;
  });
  await storeSealed(stack, [full, key], sealed);
}

/**
 * Writes an encrypted value into a stack's file, on a line of its own.
 *
 * @param names names that its entry may have; a new one gets the first
 * @throws UserError if the file would then not be valid, or say something else besides; it is then unchanged
 */
export async function storeSealed(
  { name, workspace }: StackFile,
  names: readonly [string, ...string[]],
  sealed: string,
): Promise<void> {
  const file = pathOf(workspace.workDir, name);
  const text = withSecret(readFileSync(file, "utf8"), names, sealed);
  const settings = await workspace.stackSettings(name);
  const others = Object.entries(configOf(settings)).filter(([each]) => !names.includes(each));
  const config = { ...Object.fromEntries(others), [names[0]]: { secure: sealed } };
  const written = await onCopy(workspace as LocalWorkspace, name, (copy) => {
    writeFileSync(pathOf(copy.workDir, name), text);
    return copy.stackSettings(name).catch(() => undefined);
  });
  if (!isDeepStrictEqual(written, { ...settings, config })) throw new UserError(notInLines(name, names[0]));
  replaceFile(file, text);
}

const notInLines = (stack: string, key: string) =>
  `The secret was not stored, and Pulumi.${stack}.yaml was not changed: ${key} cannot be added to its section config as that is written. Write each entry of config once, on lines of its own, indented by two blanks:

config:
  kafka.port: 29092
  slack.channel: "#alerts"

Then run the command again.`;

function change({ name, workspace }: Stack, edit: (text: string) => string): void {
  const file = pathOf(workspace.workDir, name);
  replaceFile(file, edit(readFileSync(file, "utf8")));
}

const pathOf = (directory: string, stack: string) => join(directory, `Pulumi.${stack}.yaml`);

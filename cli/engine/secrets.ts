import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { UserError } from "../../lib/userError.ts";
import { givenPassphrase, unlock } from "./passphrase.ts";
import type { StackFile } from "./stackFile.ts";
import { requirePassphrase, stackState } from "./stackState.ts";

/** The key of a secret in a stack's configuration: in the project's namespace, unless it names another. */
export const configKey = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** Reads a value of a stack's configuration that is no setting, decrypted; the engine is asked only if there is one. */
export const secretOf =
  (stack: Stack) =>
  async (key: string): Promise<string | undefined> => {
    const { config = {} } = await stack.workspace.stackSettings(stack.name);
    const { name: project } = await stack.workspace.projectSettings();
    const isThere = key in config || configKey(project, key) in config;
    return isThere ? (await stack.getConfig(key)).value : undefined;
  };

/**
 * The same without the engine, whether the stack exists or not. What a key of a cloud encrypts only the engine can
 * read: that is undefined here.
 */
export const secretOfFile =
  (file: StackFile, env: NodeJS.ProcessEnv = process.env) =>
  async (key: string): Promise<string | undefined> => {
    const { config = {}, encryptionSalt } = await file.workspace.stackSettings(file.name);
    const sealed = (config[key] as unknown as { readonly secure?: string } | undefined)?.secure;
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

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { replaceFile } from "../../lib/replaceFile.ts";
import { onCopy } from "./engineCopy.ts";
import { withSecret, withTopLevel } from "./stackFileLines.ts";

/**
 * Adds to a stack's file what is needed to decrypt the stack's secrets, if it is not there yet: the salt of the
 * passphrase, or the key that a cloud has encrypted. The engine would add it itself, and rewrite the whole file.
 */
export async function completeFile(stack: Stack): Promise<void> {
  const { name, workspace } = stack;
  const { secretsProvider = "default", encryptionSalt, encryptedKey } = await workspace.stackSettings(name);
  if (encryptionSalt !== undefined || encryptedKey !== undefined) return;
  const isCloud = /^https?:/.test(workspace.envVars.PULUMI_BACKEND_URL ?? "");
  // Pulumi Cloud encrypts by itself.
  if (isCloud && secretsProvider === "default") return;
  const { deployment } = await stack.exportStack();
  const { salt, encryptedkey } = deployment.secrets_providers?.state ?? {};
  if (salt !== undefined) change(stack, (text) => withTopLevel(text, "encryptionsalt", salt));
  if (encryptedkey !== undefined) change(stack, (text) => withTopLevel(text, "encryptedkey", encryptedkey));
}

/** Stores a value in a stack's file, encrypted, in a line of its own. The stack exists. */
export async function storeSecret(stack: Stack, key: string, value: string): Promise<void> {
  const { name, workspace } = stack;
  const { name: project } = await workspace.projectSettings();
  const full = key.includes(":") ? key : `${project}:${key}`;
  const sealed = await onCopy(workspace as LocalWorkspace, name, async (copy) => {
    await copy.setConfig(name, key, { value, secret: true });
    const { config = {} } = await copy.stackSettings(name);
    return (config[full] as unknown as { readonly secure: string }).secure;
  });
  change(stack, (text) => withSecret(text, [full, key], sealed));
}

function change({ name, workspace }: Stack, edit: (text: string) => string): void {
  const file = join(workspace.workDir, `Pulumi.${name}.yaml`);
  replaceFile(file, edit(readFileSync(file, "utf8")));
}

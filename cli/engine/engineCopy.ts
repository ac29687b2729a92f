import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

/**
 * Lets the engine write to a copy of a stack's file. The file itself is the user's: the engine would write all of it
 * anew, without its comments, and with its numbers as texts.
 *
 * @returns what `write` returns, which may read the copy's settings
 */
export async function onCopy<T>(
  workspace: LocalWorkspace,
  stack: string,
  write: (copy: LocalWorkspace) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "streaming-stack-"));
  try {
    for (const file of ["Pulumi.yaml", `Pulumi.${stack}.yaml`]) {
      copyFileSync(join(workspace.workDir, file), join(directory, file));
    }
    const { pulumiCommand, envVars } = workspace;
    // A new stack would have a passphrase, whatever its file says.
    const { secretsProvider } = await workspace.stackSettings(stack);
    const options = { pulumiCommand, envVars, ...(secretsProvider !== undefined && { secretsProvider }) };
    return await write(await LocalWorkspace.create({ workDir: directory, ...options }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";

/** Reads a value of a stack's configuration that is no setting, decrypted; the engine is asked only if there is one. */
export const secretOf =
  (stack: Stack) =>
  async (key: string): Promise<string | undefined> => {
    const { config = {} } = await stack.workspace.stackSettings(stack.name);
    return key in config ? (await stack.getConfig(key)).value : undefined;
  };

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { AIVEN_TOKEN_KEY, aivenToken } from "../../components/hosts/aiven/preflight.ts";

/** The token with which the engine asks Aiven about a stack: the stack's own, else AIVEN_TOKEN. */
export async function tokenOf(stack: Stack): Promise<string | undefined> {
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  if (!(AIVEN_TOKEN_KEY in config)) return aivenToken({});
  const { value } = await stack.getConfig(AIVEN_TOKEN_KEY);
  return aivenToken({ [AIVEN_TOKEN_KEY]: value });
}

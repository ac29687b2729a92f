import type { StackFile } from "./stackFile.ts";

/**
 * The settings and secrets in a stack's file, as written there. `config:` without any, which is left after its only
 * entry has been removed, is null in YAML.
 */
export async function stackConfig({
  name,
  workspace,
}: StackFile): Promise<Readonly<Record<string, unknown>>> {
  const { config } = await workspace.stackSettings(name);
  return config ?? {};
}

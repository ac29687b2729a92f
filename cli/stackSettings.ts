import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { readSettings, type Settings } from "../components/settings.ts";

/**
 * Reads and validates a stack's settings before the engine does: it would name one wrong type at a time.
 *
 * @throws SettingsError with every problem
 */
export async function stackSettings(stack: Stack): Promise<Settings> {
  const { name: project } = await stack.workspace.projectSettings();
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  const entries = Object.entries(config).map(([key, value]) => [
    // A setting may be written without the project's name before it.
    key.includes(":") ? key : `${project}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readSettings(Object.fromEntries(entries), project);
}

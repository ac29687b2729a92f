import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { readSettings, type Settings, SettingsError, SLACK_TOKEN } from "../components/settings.ts";

/**
 * Reads and validates a stack's settings before the engine does: it would name one wrong type at a time.
 *
 * @throws SettingsError with every problem
 */
export async function stackSettings(stack: Stack): Promise<Settings> {
  const { name: project } = await stack.workspace.projectSettings();
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    // A setting may be written without the project's name before it.
    key.includes(":") ? key : `${project}:${key}`,
    value,
  ]);
  refusePlainToken(new Map(entries).get(`${project}:${SLACK_TOKEN}`), stack.name);
  const texts = entries.map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readSettings(Object.fromEntries(texts), project);
}

/** An encrypted value stands in the file as `{ secure: … }`. */
function refusePlainToken(token: unknown, stack: string): void {
  if (token === undefined || (token !== null && typeof token === "object" && "secure" in token)) return;
  throw new SettingsError([
    `${SLACK_TOKEN} stands in plain text in Pulumi.${stack}.yaml: take it out, revoke it in Slack, and store a new one with npm run secret -- ${SLACK_TOKEN} --stack ${stack}`,
  ]);
}

import { AIVEN_TOKEN_KEY } from "../../components/hosts/aiven/preflight.ts";
import { readSettings, type Settings, SettingsError, SLACK_TOKEN } from "../../components/settings.ts";
import { misreadIn } from "./misread.ts";
import type { StackFile } from "./stackFile.ts";

/**
 * Reads and validates a stack's settings before the engine does: it would name one wrong type at a time.
 *
 * @throws SettingsError with every problem
 */
export async function stackSettings(stack: StackFile): Promise<Settings> {
  const { name: project } = await stack.workspace.projectSettings();
  const { config = {} } = await stack.workspace.stackSettings(stack.name);
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    // A setting may be written without the project's name before it.
    key.includes(":") ? key : `${project}:${key}`,
    value,
  ]);
  const values = new Map(entries);
  refusePlainText(SLACK_TOKEN, values.get(`${project}:${SLACK_TOKEN}`), stack.name);
  refusePlainText(AIVEN_TOKEN_KEY, values.get(AIVEN_TOKEN_KEY), stack.name);
  const texts = entries.map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readSettings(Object.fromEntries(texts), project, misreadIn(stack, config, project));
}

/** An encrypted value stands in the file as `{ secure: … }`. */
function refusePlainText(key: string, token: unknown, stack: string): void {
  if (token === undefined || (token !== null && typeof token === "object" && "secure" in token)) return;
  throw new SettingsError([
    `${key} stands in plain text in Pulumi.${stack}.yaml: take it out, revoke it where it is from, and store a new one with npm run secret -- ${key} --stack ${stack}`,
  ]);
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  definitions,
  readSettings,
  type Settings,
  SettingsError,
  secretNames,
} from "../../components/settings.ts";
import { configOf } from "./configOf.ts";
import { configKey } from "./secrets.ts";
import type { StackFile } from "./stackFile.ts";

/**
 * Reads and validates a stack's settings before the engine does: the engine would report one wrong type at a time.
 *
 * @throws SettingsError with every problem
 */
export async function stackSettings(stack: StackFile): Promise<Settings> {
  const { name: project } = await stack.workspace.projectSettings();
  const config = configOf(await stack.workspace.stackSettings(stack.name));
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    // A setting may be written without the project's name as a prefix.
    key.includes(":") ? key : `${project}:${key}`,
    value,
  ]);
  const values = new Map(entries);
  for (const key of secretNames) {
    const [group = "", inner = ""] = key.split(".");
    const others = values.get(`${project}:${group}`);
    refusePlainText(key, values.get(configKey(project, key)), stack.name);
    refusePlainText(key, isGroup(others) ? others[inner] : undefined, stack.name);
  }
  const texts = entries.map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return readSettings(Object.fromEntries(texts), project, misreadIn(stack, config, project));
}

/** An encrypted value is written as `{ secure: … }`. */
function refusePlainText(key: string, token: unknown, stack: string): void {
  if (token === undefined || (token !== null && typeof token === "object" && "secure" in token)) return;
  throw new SettingsError([
    `${key} is in plain text in Pulumi.${stack}.yaml: remove it, revoke it where it was issued, and store a new one with npm run secret -- ${key} --stack ${stack}`,
  ]);
}

/**
 * Problems, by setting, with values of a stack's file that YAML reads as something else. The engine reads some of them
 * in yet another way: to it, 010 is 8.
 *
 * @param config as in the file
 */
function misreadIn(
  { name, workspace }: StackFile,
  config: Readonly<Record<string, unknown>>,
  project: string,
): Map<string, string> {
  const written = writtenIn(readFileSync(join(workspace.workDir, `Pulumi.${name}.yaml`), "utf8"));
  const problems = new Map<string, string>();
  const note = (setting: string, path: string, key: string, value: unknown) => {
    const problem = misread(setting, key, value, written.get(path));
    if (problem !== undefined) problems.set(setting, problem);
  };
  for (const [key, value] of Object.entries(config)) {
    const setting = key.replace(`${project}:`, "");
    note(setting, key, key, value);
    for (const [inner, innerValue] of Object.entries(isGroup(value) ? value : {})) {
      const own = `${setting}.${inner}`;
      note(own in definitions ? own : setting, `${key}.${inner}`, inner, innerValue);
    }
  }
  return problems;
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);

/** @param written without quotes; undefined if it has some, or has another form than `key: value` */
function misread(setting: string, key: string, value: unknown, written = ""): string | undefined {
  const isText = Object.entries(definitions).some(
    ([name, { type }]) => name === setting && type === "string",
  );
  const quoteIt = `quote it: ${key}: ${JSON.stringify(written)}`;
  if (value === null && written.startsWith("#")) {
    return `${setting} is null, since YAML takes ${written} for a comment; ${quoteIt}`;
  }
  if (typeof value === "number" && /^[+-]?0\d/.test(written)) {
    const fix = isText ? quoteIt : "leave the zero out";
    return `${setting} is ${written}, and YAML may read a number with a leading zero as octal; ${fix}`;
  }
  if (!isText || written === "" || typeof value === "string") return undefined;
  if (typeof value === "number" && String(value) === written) return undefined;
  return `${setting} is ${written}, which YAML takes for ${kindOf(value)}; ${quoteIt}`;
}

function kindOf(value: unknown): string {
  if (value instanceof Date) return `the time ${value.toISOString()}`;
  return value === null ? "null" : `the ${typeof value} ${String(value)}`;
}

/** The unquoted values of a stack's file as written, by key; in a group, by `<group>.<key>`. */
function writtenIn(text: string): Map<string, string> {
  const written = new Map<string, string>();
  let group: { readonly name: string; readonly indent: number } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, blanks = "", key, rest = ""] = /^( +)([^\s#"'][^\s"']*):(?:[ \t]+(.*))?$/.exec(line) ?? [];
    if (key === undefined) continue;
    const isInGroup = group !== undefined && blanks.length > group.indent;
    if (!isInGroup) group = /^(#|$)/.test(rest) ? { name: key, indent: blanks.length } : undefined;
    const name = isInGroup ? `${group?.name}.${key}` : key;
    if (!/^(["'[{|>&!]|$)/.test(rest)) written.set(name, rest.replace(/(?<=\S)\s+#.*$/, "").trim());
  }
  return written;
}

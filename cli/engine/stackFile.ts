import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { projectDirectory } from "../../lib/paths.ts";
import { UsageError, UserError } from "../../lib/userError.ts";

/** A stack as its Pulumi.<stack>.yaml describes it. Every open stack is one, too. */
export type StackFile = Pick<Stack, "name" | "workspace">;

/**
 * Reads a stack's file without the engine, whether the stack exists or not. Secrets in it stay encrypted.
 *
 * @throws UsageError when there is no Pulumi.<name>.yaml, UserError when it is not valid YAML
 */
export async function stackFile(name: string, workDir = projectDirectory): Promise<StackFile> {
  const names = stackNames(workDir);
  // A disk may have Pulumi.local.yaml under the name Pulumi.Local.yaml, too, but for the engine these are two stacks.
  if (!names.includes(name)) {
    throw new UsageError(
      `There is no stack "${name}": Pulumi.${name}.yaml is missing. Stacks are: ${names.join(", ")}.`,
    );
  }
  // The SDK reads the files itself: no command is run.
  const pulumiCommand = { command: "none", version: null } as unknown as PulumiCommand;
  const workspace = await LocalWorkspace.create({ workDir, pulumiCommand });
  try {
    await workspace.stackSettings(name);
  } catch (error) {
    // The SDK does not expect that a file has nothing but comments.
    if (error instanceof TypeError)
      throw new UserError(`Pulumi.${name}.yaml is empty. Write config: {} into it.`);
    throw new UserError(
      `Pulumi.${name}.yaml is not valid YAML: ${(error as Error).message}\n\nA text that begins with one of * & ! % @ # { [ or a grave accent needs quotes: slack.channel: "#alerts".`,
      { cause: error },
    );
  }
  return { name, workspace };
}

function stackNames(directory: string): string[] {
  return readdirSync(directory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/**
 * Lets the engine write to a copy of a stack's file. The file itself belongs to the user: the engine would rewrite all
 * of it, without its comments and with its numbers as strings.
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
    // Otherwise a new stack would get a passphrase, whatever its file says.
    const { secretsProvider } = await workspace.stackSettings(stack);
    const options = { pulumiCommand, envVars, ...(secretsProvider !== undefined && { secretsProvider }) };
    return await write(await LocalWorkspace.create({ workDir: directory, ...options }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * The text of a stack's file with one more line at the top level, at its end. All other lines stay as they are.
 *
 * @param key e.g. `encryptionsalt`
 */
export function withTopLevel(text: string, key: string, value: string): string {
  const eol = eolOf(text);
  return `${text}${text === "" || text.endsWith("\n") ? "" : eol}${key}: ${value}${eol}`;
}

/**
 * The text of a stack's file with an encrypted value in its config, on a line of its own. An existing entry under one
 * of the names is replaced; all other lines stay as they are.
 *
 * @param names names that the entry may have; a new line gets the first
 * @param sealed as the engine encrypts it, e.g. `v1:…`
 */
export function withSecret(text: string, names: readonly [string, ...string[]], sealed: string): string {
  const eol = eolOf(text);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const config = lines.findIndex((line) => /^config:/.test(line));
  if (config < 0) lines.push("config:");
  else lines[config] = (lines[config] ?? "").replace(/^config:\s*\{\s*\}/, "config:");
  const start = config < 0 ? lines.length : config + 1;
  const end = endOfBlock(lines, start);
  const indent = /^ +(?=[^\s#])/.exec(lines.slice(start, end).find((line) => /^ +[^\s#]/.test(line)) ?? "");
  const blanks = indent?.[0] ?? "  ";
  const line = `${blanks}${names[0]}: { secure: ${JSON.stringify(sealed)} }`;
  const isOwn = (each: string) => indentOf(each) === blanks.length && names.some(isEntry(each));
  const found = lines.findIndex((each, index) => index >= start && index < end && isOwn(each));
  if (found < 0) lines.splice(end, 0, line);
  else lines.splice(found, endOfEntry(lines, found, blanks.length) - found, line);
  return lines.join(eol) + eol;
}

const eolOf = (text: string) => (text.includes("\r\n") ? "\r\n" : "\n");

const isEntry = (line: string) => (name: string) =>
  [name, `"${name}"`, `'${name}'`].some((written) => line.trim().startsWith(`${written}:`));

/** After the last line of `config`: blank lines and comments at its end belong to what follows. */
function endOfBlock(lines: readonly string[], start: number): number {
  const next = lines.findIndex((line, index) => index >= start && /^[^\s#]/.test(line));
  let end = next < 0 ? lines.length : next;
  while (end > start && !/^\s+\S/.test(lines[end - 1] ?? "")) end--;
  return end;
}

function endOfEntry(lines: readonly string[], start: number, indent: number): number {
  let end = start + 1;
  while (end < lines.length && indentOf(lines[end] ?? "") > indent) end++;
  return end;
}

const indentOf = (line: string) => /^ */.exec(line)?.[0].length ?? 0;

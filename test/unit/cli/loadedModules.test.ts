import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "loaded-modules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const COMMANDS = [
  "start",
  "up",
  "status",
  "cost",
  "watch",
  "generate",
  "notify",
  "secret",
  "destroy",
  "setup",
];

/** Everything that Node loads for a command line or a module, ES modules and CommonJS ones, from this project. */
async function loadedBy(name: string, args: readonly string[]): Promise<string[]> {
  const file = join(folder, name);
  const write = `import { appendFileSync } from "node:fs"; const write = (text) => appendFileSync(${JSON.stringify(file)}, text + "\\n");`;
  const hooks = `${write} export const load = (url, context, next) => { write(url); return next(url, context); };`;
  const record = `${write} import { createRequire, register } from "node:module";
    register(${JSON.stringify(dataUrl(hooks))});
    const { cache } = createRequire(${JSON.stringify(import.meta.url)});
    process.on("exit", () => write(Object.keys(cache).join("\\n")));`;
  const imports = ["--import", dataUrl(record), "--import", "tsx"];
  await promisify(execFile)(process.execPath, [...imports, ...args], { cwd: projectDirectory });
  const paths = readFileSync(file, "utf8").split("\n");
  return [...new Set(paths.flatMap((path) => path.split(`${projectDirectory}/`)[1]?.split("?")[0] ?? []))];
}

const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

/** Runs one after the other: each is a process of its own. */
describe("the modules that a command loads", () => {
  it.each(COMMANDS)("contain neither Pulumi nor the program for %s --help", async (command) => {
    const loaded = await loadedBy(`help-${command}`, ["cli/main.ts", command, "--help"]);
    expect(loaded).toContain("cli/main.ts");
    expect(loaded.filter((path) => path.startsWith("node_modules/@pulumi/"))).toEqual([]);
    expect(loaded.filter((path) => /^(index\.ts|components\/|provider\/|apps\/)/.test(path))).toEqual([]);
  });

  it.each(["watch", "generate", "notify", "secret"])(
    "contain neither the program nor a provider's SDK for %s",
    async (command) => {
      const loaded = await loadedBy(command, [`cli/commands/${command}.ts`]);
      expect(loaded).toContain(`cli/commands/${command}.ts`);
      expect(
        loaded.filter((path) => /^(index\.ts|node_modules\/@pulumi\/(aiven|docker)\/)/.test(path)),
      ).toEqual([]);
    },
  );
});

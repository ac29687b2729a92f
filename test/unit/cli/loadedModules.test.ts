import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const folder = mkdtempSync(join(tmpdir(), "loaded-modules-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Every file of this project that Node loads for a command line or a module, both ES modules and CommonJS. */
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

describe("the modules that a command loads", { timeout: 60_000 }, () => {
  it.each(["secret", "cost", "generate"])(
    "contain neither Pulumi nor the program for %s --help",
    async (command) => {
      const loaded = await loadedBy(`help-${command}`, ["cli/main.ts", command, "--help"]);
      expect(loaded).toContain("cli/main.ts");
      expect(loaded.filter((path) => path.startsWith("node_modules/@pulumi/"))).toEqual([]);
      expect(loaded.filter((path) => /^(index\.ts|components\/|provider\/|apps\/)/.test(path))).toEqual([]);
    },
  );

  it("contain neither the program nor a provider's SDK for the commands that deploy nothing", async () => {
    const files = ["watch", "generate", "notify", "secret"].map((name) => `cli/commands/${name}.ts`);
    const code = files.map((file) => `await import("./${file}");`).join(" ");
    const loaded = await loadedBy("commands", ["--input-type=module", "--eval", code]);
    expect(loaded).toEqual(
      expect.arrayContaining([...files, "node_modules/@pulumi/pulumi/automation/index.js"]),
    );
    expect(
      loaded.filter((path) => /^(index\.ts|node_modules\/@pulumi\/(aiven|docker)\/)/.test(path)),
    ).toEqual([]);
  });
});

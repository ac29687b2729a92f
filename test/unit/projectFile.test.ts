import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { beforeAll, expect, it } from "vitest";
import { commandLine } from "../../cli/commandLine.ts";
import { withCommands } from "../../cli/output/commandReference.ts";
import type { Host } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { writtenFiles } from "../../components/reference/writtenFiles.ts";
import { appSecrets } from "../../components/settings/secrets.ts";
import { definitions } from "../../components/settings.ts";
import { projectDirectory } from "../../lib/paths.ts";

interface ConfigType {
  readonly type: string;
  readonly items?: { readonly type: string };
  readonly description: string;
  readonly default: unknown;
}

let config: Record<string, ConfigType>;
beforeAll(async () => {
  // Only reads Pulumi.yaml; no command is run.
  const pulumiCommand = { command: "none", version: null } as unknown as PulumiCommand;
  const workspace = await LocalWorkspace.create({ workDir: projectDirectory, pulumiCommand });
  config = (await workspace.projectSettings()).config as unknown as Record<string, ConfigType>;
});

const read = (path: string) => readFileSync(join(projectDirectory, path), "utf8");

it.each(Object.entries(writtenFiles(read)))("%s is as npm run settings writes it", (path, text) => {
  expect(read(path), `${path} is stale: run npm run settings`).toBe(text);
});

it("docs/commands.md is as npm run settings writes it", () => {
  const text = read("docs/commands.md");
  expect(text, "docs/commands.md is stale: run npm run settings").toBe(withCommands(text, commandLine()));
});

it("docs/commands.md names every secret that can be stored", () => {
  const names = [appSecrets, ...hosts.map((host: Host) => host.secrets ?? {})].flatMap(Object.keys);
  expect(names).toContain("aiven:apiToken");
  const page = read("docs/commands.md");
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});

it("Pulumi.yaml has the settings of components/settings.ts, in the same order", () => {
  expect(Object.keys(config)).toEqual(Object.keys(definitions));
});

it.each(Object.entries(definitions))(
  "Pulumi.yaml has the type, description and default of %s",
  (key, definition) => {
    const { type, description, default: value } = definition;
    const items = type === "array" ? { items: { type: "string" } } : {};
    expect(config[key]).toEqual({ type, description, default: value, ...items });
  },
);

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hosts } from "../../../components/hosts/registry.ts";
import { projectDirectory } from "../../../lib/paths.ts";

/** Files below a folder of the project, or the file itself. */
const filesOf = (path: string): string[] =>
  path.endsWith(".ts")
    ? [path]
    : readdirSync(join(projectDirectory, path), { recursive: true, encoding: "utf8" })
        .map((file) => `${path}/${file}`)
        .filter((file) => file.endsWith(".ts"));

const everywhere = ["components", "provider", "cli", "index.ts"].flatMap(filesOf);
const mentioning = (word: string) =>
  everywhere.filter((file) => new RegExp(word, "i").test(readFileSync(join(projectDirectory, file), "utf8")));

it("Docker is mentioned only in its own folder and in the registry", () => {
  const others = mentioning("docker").filter((file) => !file.startsWith("components/hosts/docker/"));
  expect(others).toEqual(["components/hosts/registry.ts"]);
});

it("every host folder is in the registry under the folder's name", () => {
  const folders = readdirSync(join(projectDirectory, "components/hosts"), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(hosts.map(({ name }) => name).sort()).toEqual(names.sort());
});

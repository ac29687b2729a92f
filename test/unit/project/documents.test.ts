import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: projectDirectory,
  encoding: "utf8",
})
  .trim()
  .split("\n")
  .filter((file) => existsSync(join(projectDirectory, file)));
const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
const pages = files.filter((file) => file.endsWith(".md"));
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

describe.each(pages)("%s", (page) => {
  it("names only npm scripts that exist", () => {
    const named = [...read(page).matchAll(/npm run (?:--silent )?([\w:][\w:-]*)/g)].map(
      ([, name = ""]) => name,
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("links only to files and headings that exist", () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, path = "", heading]) => {
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(projectDirectory, target))) return true;
      return heading !== undefined && !headingsOf(target).includes(heading);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

it("no file has a placeholder that `pulumi new` would fill in", () => {
  // It replaces them in every file of a template, code included.
  const placeholder = /\$\{(PROJECT|DESCRIPTION)\}/;
  expect(files.filter((file) => placeholder.test(read(file)))).toEqual([]);
});

/** The headings of a page, in the form used in links. */
function headingsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

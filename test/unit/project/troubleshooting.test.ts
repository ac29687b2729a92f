import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

const read = (file: string) => readFileSync(join(projectDirectory, file), "utf8");
const sources = execFileSync(
  "git",
  [
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
    "cli",
    "clients",
    "components",
    "provider",
    "setup",
    "tools",
  ],
  { cwd: projectDirectory, encoding: "utf8" },
)
  .trim()
  .split("\n")
  .filter((file) => /\.(ts|mjs)$/.test(file))
  // A text may have several parts, on several lines.
  .map((file) => read(file).replaceAll(/["`] \+\s*["`]/g, ""));
const messages = [...read("docs/troubleshooting.md").matchAll(/^### `(.*)`$/gm)].map(([, text = ""]) => text);

describe("docs/troubleshooting.md", () => {
  it("has messages", () => {
    expect(messages.length).toBeGreaterThan(20);
  });

  it.each(messages)("quotes a message that the code has: %s", (message) => {
    const parts = message.split("…").filter((part) => /\w{2}/.test(part));
    expect(parts.length).toBeGreaterThan(0);
    // A command may add its own text to a client's message.
    const missing = parts.filter((part) => !sources.some((source) => source.includes(part)));
    expect(missing).toEqual([]);
  });
});

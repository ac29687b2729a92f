import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { projectDirectory } from "../../../lib/paths.ts";

/** Prints which late modules are loaded with Pulumi, then the text of a function, then which are loaded after that. */
const PROGRAM = `
  import "./lib/latePulumi.ts";
  import * as pulumi from "@pulumi/pulumi";
  import "@pulumi/pulumi/automation/index.js";
  import { createRequire } from "node:module";
  const { cache } = createRequire(import.meta.url);
  const loaded = () => ["typescript", "@npmcli/arborist"].filter((name) =>
    Object.keys(cache).some((file) => file.includes("/node_modules/" + name + "/")));
  const before = loaded();
  const { text } = await pulumi.runtime.serializeFunction(() => 6 * 7);
  console.log(JSON.stringify({ before, text, after: loaded() }));
`;

it("Pulumi loads the compiler only when a function is serialized, which still works", () => {
  const output = execFileSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", PROGRAM],
    { cwd: projectDirectory, encoding: "utf8", env: { ...process.env, NODE_NO_WARNINGS: "1" } },
  );
  const { before, text, after } = JSON.parse(output);
  expect(before).toEqual([]);
  expect(text).toContain("6 * 7");
  expect(after).toContain("typescript");
});

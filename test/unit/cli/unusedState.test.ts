import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { localStacks } from "../../../cli/engine/localStacks.ts";
import { removeUnusedState } from "../../../cli/engine/unusedState.ts";

const STACK = JSON.stringify({ checkpoint: { latest: { resources: [{ custom: true, type: "a:b:C" }] } } });

/** A folder of states with these files. */
function stateWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), "streaming-state-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, content] of Object.entries({ ".pulumi/meta.yaml": "version: 1\n", ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  return folder;
}

it.each([
  ["of another project", { ".pulumi/stacks/former-name/dev.json": STACK }],
  ["of the engine's earlier versions, which knew no projects", { ".pulumi/stacks/dev.json": STACK }],
  ["that the engine has compressed", { ".pulumi/stacks/streaming/dev.json.gz": gzipSync(STACK) }],
])("the folder of states stays while it holds a stack %s", (_, files) => {
  const folder = stateWith(files);
  removeUnusedState(folder);
  expect(localStacks(folder)).toEqual([{ name: "dev", resources: 1 }]);
});

it("the folder of states is removed once it holds no stack", () => {
  const files = {
    ".pulumi/stacks/streaming/dev.json.bak": STACK,
    ".pulumi/history/streaming/dev/1.json": "",
  };
  const folder = stateWith(files);
  removeUnusedState(folder);
  expect(existsSync(folder)).toBe(false);
});

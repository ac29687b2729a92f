import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { stackFolders } from "../../../components/hosts/local/folders.ts";

it("servers are recognized as the stack's own if its folder is reached by a symbolic link", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "streaming-links-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "disk"));
  symlinkSync(join(folder, "disk"), join(folder, "link"));
  const folders = stackFolders(join(folder, "link"), "local");
  expect(folders.directory).toBe(join(folder, "disk/local"));
  // The system reports a process's folder without links.
  expect(folders.has(join(folder, "disk/local/kafka"))).toBe(true);
  expect(folders.has(join(folder, "disk/other/kafka"))).toBe(false);
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { contentHash } from "../../../components/hosts/docker/contentHash.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "streaming-content-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "apps/page"), { recursive: true });
  writeFileSync(join(folder, "apps/main.ts"), "main");
  writeFileSync(join(folder, "apps/page/page.ts"), "page");
  writeFileSync(join(folder, "package.json"), "{}");
});

const hash = (more = "node:20") => contentHash(folder, ["package.json", "apps"], more);

describe("what an image is made of", () => {
  it("has the hash of every file's path and content, so that no image is built again without a change", () => {
    expect(hash()).toBe("249d135f8ef8");
  });

  it("has another hash with another file, content or base image", () => {
    const hashes = [hash(), hash("node:22")];
    writeFileSync(join(folder, "apps/page/page.ts"), "page 2");
    hashes.push(hash());
    writeFileSync(join(folder, "apps/page/chart.ts"), "");
    hashes.push(hash());
    expect(new Set(hashes).size).toBe(4);
  });

  it("does not include links, such as an editor's lock that leads nowhere", () => {
    const before = hash();
    symlinkSync("operator@machine.4711:1", join(folder, "apps/page/.#page.ts"));
    expect(hash()).toBe(before);
  });
});

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../../lib/replaceFile.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replace-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe("a file that is replaced", () => {
  it.each([
    ["600", 0o600],
    ["664", 0o664],
  ])("keeps its mode %s unless another is given", (_, mode) => {
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, "before");
    chmodSync(file, mode);
    replaceFile(file, "after");
    expect(readFileSync(file, "utf8")).toBe("after");
    expect(modeOf(file)).toBe(mode);
    replaceFile(file, "later", 0o400);
    expect(modeOf(file)).toBe(0o400);
  });

  it("stays where it is if it was named by a symbolic link, which stays a link", () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere/dev.yaml");
    const link = join(folder, "Pulumi.dev.yaml");
    writeFileSync(target, "before");
    symlinkSync("elsewhere/dev.yaml", link);
    replaceFile(link, "after");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, "utf8")).toBe("after");
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["dev.yaml"]);
  });

  it("is created with its folders if there was none", () => {
    const file = join(folder, "new/folder/status.json");
    replaceFile(file, "{}", 0o600);
    expect(readFileSync(file, "utf8")).toBe("{}");
    expect(modeOf(file)).toBe(0o600);
  });
});

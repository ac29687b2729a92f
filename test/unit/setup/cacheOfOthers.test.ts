import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { installOnce } from "../../../setup/cache.ts";

const FOREIGN = "foreign";

// Root may remove the files of every user, and tests may run as root.
vi.mock("node:fs/promises", async (original) => {
  const fs = await original<typeof import("node:fs/promises")>();
  const rm: typeof fs.rm = async (path, options) => {
    if (basename(String(path)).startsWith(`.${FOREIGN}.`)) {
      throw Object.assign(new Error("EACCES: permission denied, unlink"), { code: "EACCES" });
    }
    await fs.rm(path, options);
  };
  return { ...fs, rm };
});

it("a leftover that belongs to another user does not keep anything from being installed", async () => {
  const cache = mkdtempSync(join(tmpdir(), "cache-"));
  vi.stubEnv("STREAMING_CACHE", cache);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });
  const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, "-");
  const leftover = `.${FOREIGN}.${host}.${spawnSync("true").pid}.abcdef`;
  mkdirSync(join(cache, leftover));
  await installOnce("one", async (directory) => writeFileSync(join(directory, "file"), ""));
  expect(readdirSync(cache).sort()).toEqual([leftover, "one"]);
});

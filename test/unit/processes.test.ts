import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { processesOf } from "../support/processes.ts";

it("the processes of a folder are those that work below it, and those whose command names it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "processes-"));
  const below = join(folder, "below");
  mkdirSync(below);
  const started = [
    { cwd: below, args: ["-c", "read -r line"] },
    { cwd: "/", args: ["-c", "read -r line", "keeper", below] },
    { cwd: "/", args: ["-c", "read -r line"] },
  ].map(({ cwd, args }) => spawn("/bin/sh", args, { cwd, stdio: ["pipe", "ignore", "ignore"] }));
  try {
    await Promise.all(started.map((child) => once(child, "spawn")));
    const [worker, keeper] = started.map(({ pid }) => pid);
    expect(processesOf([folder])).toEqual([
      `process ${worker}, which runs in ${below}`,
      `process ${keeper}: /bin/sh -c read -r line keeper ${below}`,
    ]);
  } finally {
    for (const child of started) child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
});

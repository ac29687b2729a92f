import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { identify, isAlive } from "../../../provider/process/identity.ts";

afterEach(() => vi.unstubAllEnvs());

/** Puts a `ps` on PATH that prints times in the language of LC_ALL, as on macOS; this machine's has no other. */
function psThatKnowsLanguages(): void {
  const directory = mkdtempSync(join(tmpdir(), "streaming-ps-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const ps = execFileSync("sh", ["-c", "command -v ps"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\n[ "$LC_ALL" = C ] || exec ${ps} "$@" | sed 's/Thu/Do/;s/Mon/Mo/;s/ 20/ Anno 20/'\nexec ${ps} "$@"\n`;
  writeFileSync(join(directory, "ps"), script);
  chmodSync(join(directory, "ps"), 0o755);
  vi.stubEnv("PATH", `${directory}:${process.env.PATH}`);
}

describe("a process on a machine without /proc", () => {
  it("is the same in every time zone and language", () => {
    psThatKnowsLanguages();
    vi.stubEnv("TZ", "Europe/Berlin");
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    const before = identify(process.pid, "darwin");
    vi.stubEnv("TZ", "America/New_York");
    vi.stubEnv("LC_ALL", "en_US.UTF-8");
    expect(before?.startedAt).toMatch(/^UTC \w{3} \w{3} +\d+ [\d:]{8} \d{4}$/);
    expect(identify(process.pid, "darwin")).toEqual(before);
    expect(isAlive(before ?? { pid: 0, startedAt: "" }, "darwin")).toBe(true);
  });

  it("is recognised if its start was recorded in local time", () => {
    vi.stubEnv("TZ", "Asia/Kolkata");
    const pid = process.pid;
    const [, startedAt = ""] =
      /^\S+\s+(.*)$/.exec(
        execFileSync("ps", ["-o", "stat=,lstart=", "-p", `${pid}`], { encoding: "utf8" }).trim(),
      ) ?? [];
    const inLocalTime = startedAt.replaceAll(/\s+/g, " ");
    expect(isAlive({ pid, startedAt: inLocalTime }, "darwin")).toBe(true);
    expect(isAlive({ pid, startedAt: "Thu Jan 1 00:00:00 1970" }, "darwin")).toBe(false);
    expect(isAlive({ pid, startedAt: "UTC Thu Jan 1 00:00:00 1970" }, "darwin")).toBe(false);
  });
});

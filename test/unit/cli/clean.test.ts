import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clean, describeTraces } from "../../../cli/commands/clean.ts";
import { cacheTraces, removeTraces } from "../../../setup/traces.ts";

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "clean-test-"));
  vi.stubEnv("STREAMING_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

function put(path: string, bytes: number): void {
  mkdirSync(join(cache, path, ".."), { recursive: true });
  writeFileSync(join(cache, path), Buffer.alloc(bytes));
}

it("clean lists what is in the cache with sizes, and what it leaves alone", () => {
  put("jars-0123456789ab/kafka/kafka.jar", 60_000_000);
  put("jars-0123456789ab/classes/kafka.Kafka-1.jsa", 40_000_000);
  put("jars-ba9876543210/flink/flink.jar", 1_000);
  put("postgresql-18.4.0/bin/postgres", 500_000);
  put("photos/holiday.jpg", 1_000);
  const ofGo = { what: "Go's caches, which its other programs use too", paths: ["/go"], bytes: 5.1e9 };
  expect(stripVTControlCharacters(describeTraces(cacheTraces(), ofGo)).split("\n")).toEqual([
    expect.stringMatching(
      /^ {2}Jars of Kafka, Flink and OpenSearch, with the archives of their classes +100 MB {2}\S+ and 1 more$/,
    ),
    expect.stringMatching(/^ {2}PostgreSQL +500 kB {2}\S+\/postgresql-18\.4\.0$/),
    expect.stringMatching(/^ {2}Total +101 MB/),
    "  Not removed: Go's caches, which its other programs use too, 5.1 GB. npm run clean -- --go removes them as well.",
    expect.stringContaining("node_modules"),
  ]);
});

it("clean removes only what the project put into the cache, and not the targets of links", async () => {
  const elsewhere = join(cache, "elsewhere");
  put("elsewhere/kept.jar", 10);
  put("page-0123456789ab/index.html", 10);
  const ended = spawnSync("true").pid;
  const temporary = (pid: number) => `.jars-0123456789ab.${hostname()}.${pid}.abcdef`;
  put(`${temporary(ended)}/half.jar`, 10);
  // Another command is installing it now.
  put(`${temporary(process.pid)}/half.jar`, 10);
  symlinkSync(elsewhere, join(cache, "pulumi-3.259.0"));
  await removeTraces(cacheTraces());
  expect(readdirSync(cache).sort()).toEqual([temporary(process.pid), "elsewhere"]);
  expect(readdirSync(elsewhere)).toEqual(["kept.jar"]);
});

it("clean removes the cache's folder once it is empty", async () => {
  put("pulumi-home/plugins/one", 10);
  await removeTraces(cacheTraces());
  expect(existsSync(cache)).toBe(false);
});

it("clean asks, and removes nothing if nobody can answer", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  put("postgresql-18.4.0/bin/postgres", 10);
  // With a stack on this machine it refuses earlier, for the same reason: nothing may be removed.
  await expect(clean({ yes: false, go: false })).rejects.toThrow(
    /Nothing was removed\. npm run clean -- --yes removes it|needs what would be removed|Servers of a stack run/,
  );
  expect(readdirSync(cache)).toEqual(["postgresql-18.4.0"]);
  log.mockRestore();
});

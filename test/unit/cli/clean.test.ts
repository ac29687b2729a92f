import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clean, describeTraces } from "../../../cli/commands/clean.ts";
import { UserError } from "../../../lib/userError.ts";
import { postgresProgram } from "../../../setup/postgres.ts";
import { cacheTraces, removeTraces } from "../../../setup/traces.ts";
import { pulumiName } from "../../../tools/prerequisites.mjs";

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

const noStates = () => join(cache, "no-states");

it("clean lists what is in the cache with sizes, and what it leaves alone", () => {
  put("jars-0123456789ab/kafka/kafka.jar", 60_000_000);
  put("jars-0123456789ab/classes/kafka.Kafka-1.jsa", 40_000_000);
  put("jars-ba9876543210/flink/flink.jar", 1_000);
  put("postgresql-18.4.0-beta.17/bin/postgres", 500_000);
  put("photos/holiday.jpg", 1_000);
  const ofGo = { what: "Go's caches, which its other programs use too", paths: ["/go"], bytes: 5.1e9 };
  expect(stripVTControlCharacters(describeTraces(cacheTraces(), ofGo)).split("\n")).toEqual([
    expect.stringMatching(
      /^ {2}Jars of Kafka, Flink and OpenSearch, with the archives of their classes +100 MB {2}\S+\/jars-0123456789ab$/,
    ),
    expect.stringMatching(/^ {80,}\S+\/jars-ba9876543210$/),
    expect.stringMatching(/^ {2}PostgreSQL +500 kB {2}\S+\/postgresql-18\.4\.0-beta\.17$/),
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
  symlinkSync(elsewhere, join(cache, "page-0123456789ab/link"));
  // Of the user, who has set STREAMING_CACHE to a folder of theirs.
  put("postgresql-42.7.3.jar", 10);
  put("postgresql-18.4.0/bin/postgres", 10);
  put("pulumi-3.100.0/readme", 10);
  symlinkSync(elsewhere, join(cache, "pulumi-3.259.0"));
  put("jars-ba9876543210", 10);
  const own = readdirSync(cache).filter((name) => !/^page-|abcdef$/.test(name));
  await removeTraces(cacheTraces());
  expect(readdirSync(cache).sort()).toEqual([temporary(process.pid), ...own].sort());
  expect(readdirSync(elsewhere)).toEqual(["kept.jar"]);
});

it("clean removes the cache's folder once it is empty", async () => {
  put("pulumi-home/plugins/one", 10);
  await removeTraces(cacheTraces());
  expect(existsSync(cache)).toBe(false);
});

it("clean knows what this version installs", () => {
  for (const program of [join(cache, pulumiName, "bin/pulumi"), postgresProgram("postgres")]) {
    put(relative(cache, program), 10);
  }
  expect(cacheTraces().map(({ what }) => what)).toEqual(["PostgreSQL", "The Pulumi CLI"]);
});

it("clean refuses while the project has the state of a stack", async () => {
  put("page-0123456789ab/index.html", 10);
  put("state/.pulumi/stacks/project/demo.json", 10);
  await expect(clean({ yes: true, go: false }, join(cache, "state"))).rejects.toThrow(
    "The stack demo needs what would be removed: npm run destroy -- demo first.",
  );
  expect(readdirSync(cache).sort()).toEqual(["page-0123456789ab", "state"]);
});

it("clean refuses while a server runs from the cache, even if its working folder says nothing", async () => {
  const program = "jars-0123456789ab/server.cjs";
  put(program, 0);
  writeFileSync(join(cache, program), "console.log(1); setInterval(() => {}, 1000);");
  // A server of another user looks like this, too.
  const server = spawn(process.execPath, [join(cache, program)], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(server.stdout, "data");
    const refusal = new RegExp(
      `Servers of a stack run on this machine.*\n\n {2}process ${server.pid}: .*${program}\n\nDestroy that stack first`,
    );
    await expect(clean({ yes: true, go: false }, noStates())).rejects.toThrow(refusal);
    expect(readdirSync(cache)).toEqual(["jars-0123456789ab"]);
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
  }
});

it("clean refuses while a command runs a program from the cache, such as an up in another terminal", async () => {
  const program = join(cache, "pulumi-home/sleep");
  put("pulumi-home/readme", 10);
  copyFileSync(execFileSync("sh", ["-c", "command -v sleep"], { encoding: "utf8" }).trim(), program);
  // Its command line names the cache, too, but its program is elsewhere.
  const editor = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", program], { stdio: "ignore" });
  const engine = spawn(program, ["60"], { stdio: "ignore" });
  try {
    await Promise.all([editor, engine].map((child) => once(child, "spawn")));
    await expect(clean({ yes: true, go: false }, noStates())).rejects.toThrow(
      new UserError(
        `Another command is at work on this machine, with programs that would be removed:\n\n  process ${engine.pid}: ${program} 60\n\nWait until it has ended, or end these processes. Then run npm run clean again.`,
      ),
    );
    expect(readdirSync(cache)).toEqual(["pulumi-home"]);
  } finally {
    for (const child of [editor, engine]) child.kill("SIGKILL");
    await Promise.all([editor, engine].map((child) => once(child, "exit")));
  }
});

it("clean asks, and removes nothing if nobody can answer", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  put("postgresql-18.4.0-beta.17/bin/postgres", 10);
  await expect(clean({ yes: false, go: false }, noStates())).rejects.toThrow(
    "Nothing was removed. npm run clean -- --yes removes it without asking.",
  );
  expect(readdirSync(cache)).toEqual(["postgresql-18.4.0-beta.17"]);
  log.mockRestore();
});

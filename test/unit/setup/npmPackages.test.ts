import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../lib/until.ts";
import { identify } from "../../../provider/process/identity.ts";
import { projectRoot } from "../../../tools/prerequisites.mjs";

/** An npm that takes as long as a test wants, and ends when it is asked to. */
const NPM = `#!/bin/sh
trap 'sleep 0.2; echo ended >npm.log; exit 1' TERM INT HUP
echo "$@" >npm.arguments
echo $$ >npm.pid
[ -e quick ] && exit
while :; do sleep 0.05; done
`;
const PACKAGES = { "node_modules/tsx": { version: "4.23.15" } };

let project: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "streaming-npm-"));
  for (const file of ["tools", "package.json"])
    cpSync(join(projectRoot, file), join(project, file), { recursive: true });
  mkdirSync(join(project, "node_modules"));
  mkdirSync(join(project, "tmp"));
  writeFileSync(join(project, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...PACKAGES } }));
  writeFileSync(join(project, "npm"), NPM, { mode: 0o755 });
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  if (npm() > 0 && identify(npm()) !== undefined) process.kill(npm(), "SIGKILL");
  rmSync(project, { recursive: true });
});

const read = (file: string) =>
  existsSync(join(project, file)) ? readFileSync(join(project, file), "utf8") : "";
const npm = () => Number(read("npm.pid"));
const turn = () => readdirSync(join(project, "tmp")).map((name) => join(project, "tmp", name));
const eventually = (isSo: () => boolean) => until(async () => isSo(), { deadline: 30_000, pollMs: 20 });

/** Starts what every command starts with. */
function install() {
  const script = `import("./tools/npmPackages.mjs").then(({ installPackages }) => installPackages())`;
  const { npm_execpath: _, ...env } = process.env;
  const child = spawn(process.execPath, ["-e", script], {
    cwd: project,
    env: { ...env, PATH: `${project}:${env.PATH}`, TMPDIR: join(project, "tmp") },
    stdio: ["ignore", "ignore", "pipe"],
  });
  started.push(child);
  const printed = { text: "" };
  child.stderr.on("data", (data) => (printed.text += data));
  return { child, printed, ended: once(child, "close") };
}

describe("while npm installs the packages", () => {
  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)(
    "%s ends npm first, and then the command",
    async (signal) => {
      const { child, ended } = install();
      expect(await eventually(() => npm() > 0)).toBe(true);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      expect(read("npm.log")).toBe("ended\n");
      expect(turn()).toEqual([]);
    },
  );

  it("the next command waits for npm, even if the command that started it was killed", async () => {
    const first = install();
    expect(
      await eventually(() => npm() > 0 && turn().some((file) => readFileSync(file, "utf8").includes(" "))),
    ).toBe(true);
    const former = npm();
    first.child.kill("SIGKILL");
    await first.ended;
    const second = install();
    expect(await eventually(() => second.printed.text !== "")).toBe(true);
    expect(second.printed.text).toBe(
      `… Waiting for process ${former}, which is installing the npm packages\n`,
    );
    // What npm writes at its end.
    writeFileSync(join(project, "node_modules/.package-lock.json"), JSON.stringify({ packages: PACKAGES }));
    process.kill(former, "SIGKILL");
    expect(await second.ended).toEqual([0, null]);
    expect(npm()).toBe(former);
  });
});

it("npm installs the optional packages and those for development, whatever the user's configuration omits", async () => {
  writeFileSync(join(project, "quick"), "");
  await install().ended;
  expect(read("npm.arguments")).toBe("ci --include=dev --include=optional --no-audit --no-fund\n");
});

it("if npm is killed, the message says by which signal", async () => {
  const { printed, ended } = install();
  expect(await eventually(() => npm() > 0)).toBe(true);
  process.kill(npm(), "SIGKILL");
  expect(await ended).toEqual([1, null]);
  expect(printed.text).toContain(
    "✖ npm ci failed (killed by SIGKILL, its output is above). npm, or a script that it ran, was killed (SIGKILL)",
  );
});

it("a command that was killed before it noted its id does not keep the next one waiting", async () => {
  writeFileSync(join(project, "quick"), "");
  const key = createHash("sha256")
    .update(`${realpathSync(project)}/`)
    .digest("hex")
    .slice(0, 12);
  const file = join(project, "tmp", `streaming-npm-${key}`);
  writeFileSync(file, "");
  utimesSync(file, new Date(), new Date(Date.now() - 10_000));
  expect(await install().ended).toEqual([0, null]);
  expect(npm()).toBeGreaterThan(0);
  expect(turn()).toEqual([]);
});

it("complete packages in a folder that cannot be written are used as they are", async () => {
  writeFileSync(join(project, "node_modules/.package-lock.json"), JSON.stringify({ packages: PACKAGES }));
  // Nobody can read or write it, not even root.
  mkdirSync(join(project, "node_modules/.installed-from"));
  const { printed, ended } = install();
  expect(await ended).toEqual([0, null]);
  expect(printed.text).toBe("");
  expect(npm()).toBe(0);
});

it("packages that were installed on another machine, which shares the folder, are installed again", async () => {
  writeFileSync(join(project, "quick"), "");
  await install().ended;
  const stamp = join(project, "node_modules/.installed-from");
  const here = readFileSync(stamp, "utf8");
  const installsAgain = async (text: string) => {
    writeFileSync(stamp, text);
    rmSync(join(project, "npm.pid"));
    await install().ended;
    return npm() > 0;
  };
  expect(await installsAgain(here.replace(process.platform, "plan9"))).toBe(true);
  expect(await installsAgain(here.replace(` ${process.arch}`, " vax"))).toBe(true);
  expect(await installsAgain(here)).toBe(false);
});

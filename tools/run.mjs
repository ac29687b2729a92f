#!/usr/bin/env node
// @ts-check
/**
 * The entry of every npm script: `node tools/run.mjs <command> [arguments]`. It brings a fresh clone to
 * the point where TypeScript can run (Node, prerequisites, npm packages), then hands over to cli/main.ts.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules/.installed-from");
// npm writes it at the end of an installation: what it installed.
const hiddenLockFile = join(root, "node_modules/.package-lock.json");

/** Commands that start services or call Pulumi; the others only talk to what runs. */
const needPrerequisites = ["start", "up", "destroy", "status", "setup", "test"];
const [command = "--help", ...args] = process.argv.slice(2);

const rootHash = createHash("sha256").update(root).digest("hex").slice(0, 12);
let installLock = "";

/** @type {import("node:child_process").ChildProcess | undefined} */
let child;
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;

if (!nodeFits(process.versions.node)) {
  fail(
    `Node ${process.versions.node} is too old: 20.12 or newer is needed (https://nodejs.org/en/download).`,
  );
}
forwardSignals();
// Not imported above: an old Node must reach the sentence about its version.
const prerequisites = await import("./prerequisites.mjs");
installLock = join(prerequisites.cacheDirectory(), `npm-${rootHash}.lock`);
const onlyHelp = args.includes("--help") || args.includes("-h");
if (needPrerequisites.includes(command) && !onlyHelp) {
  const missing = await prerequisites.missingThings();
  if (missing.length > 0) fail(prerequisites.missingMessage(missing));
}
if (!packagesInstalled()) await withInstallLock(installPackages);
process.exit(await run([process.execPath, "--import", "tsx", "cli/main.ts", command, ...args], "inherit"));

function nodeFits(/** @type {string} */ version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 12);
}

function lockHash() {
  return createHash("sha256").update(readFileSync(lockFile)).digest("hex");
}

function packagesInstalled() {
  if (!existsSync(hiddenLockFile)) return false;
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === lockHash()) return true;
  // Installed by hand (`npm install`): as good, when it is what the lock file says.
  if (!installedByHand()) return false;
  writeFileSync(stampFile, lockHash());
  return true;
}

function installedByHand() {
  const { "": _root, ...wanted } = JSON.parse(readFileSync(lockFile, "utf8")).packages;
  const actual = JSON.parse(readFileSync(hiddenLockFile, "utf8")).packages;
  const paths = [...new Set([...Object.keys(wanted), ...Object.keys(actual)])];
  return paths.every((path) => {
    if (actual[path] === undefined) return wanted[path].optional === true;
    return actual[path].integrity === wanted[path]?.integrity;
  });
}

async function installPackages() {
  if (packagesInstalled()) return; // by the run that held the lock
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  say("… Installing the npm packages (once, and again when package-lock.json changes)");
  const heartbeat = setInterval(
    () => say(`… Installing the npm packages, ${Math.round(seconds())} s`),
    10_000,
  );
  // A broken-off installation must not look like a finished one.
  rmSync(stampFile, { force: true });
  rmSync(hiddenLockFile, { force: true });
  let { code, printed } = await npm("ci");
  if (printed.includes("EUSAGE")) {
    // Also when the registry lacks an optional package of another system, which a mirror may.
    say("… npm ci calls package-lock.json incomplete: npm install takes what it holds and completes it");
    ({ code, printed } = await npm("install", "--no-save"));
  }
  clearInterval(heartbeat);
  if (interruptedBy !== undefined) process.exit(128 + constants.signals[interruptedBy]);
  if (code !== 0) {
    fail(
      `${printed}\n✖ npm failed (exit code ${code}, its output is above). Does this machine reach the package ` +
        "registry that `npm config get registry` shows? Behind a proxy: npm config set https-proxy <address>. " +
        "Then run the same command again.",
    );
  }
  writeFileSync(stampFile, lockHash());
  say(`✔ Installing the npm packages (${seconds().toFixed(1)} s)`);
}

async function npm(/** @type {string[]} */ ...npmArgs) {
  // The npm that runs us, when it is npm (yarn and pnpm set the variable too), else the one on PATH.
  const path = process.env.npm_execpath;
  const own = path && basename(path) === "npm-cli.js";
  /** @type {string[]} */
  const printed = [];
  const command = [...(own ? [process.execPath, path] : ["npm"]), ...npmArgs];
  const ended = run([...command, "--include=dev", "--no-audit", "--no-fund"], printed);
  writeFileSync(installLock, `${process.pid} ${child?.pid ?? ""}`);
  const code = await ended;
  return { code, printed: printed.join("") };
}

/** The environment without the options of an outer npm that would install elsewhere or something else. */
function npmEnvironment() {
  const disturbing = /^npm_config_(local_prefix|global|location|workspaces?|omit|only|production|dry_run)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !disturbing.test(name)));
}

/**
 * Runs a command in the project's root, its output inherited or collected; gives its exit code.
 * @param {string[]} commandLine
 * @param {"inherit" | string[]} output
 * @returns {Promise<number>}
 */
function run([file = "", ...fileArgs], output) {
  return new Promise((resolve) => {
    const collects = output !== "inherit";
    child = spawn(file, fileArgs, {
      cwd: root,
      stdio: collects ? ["ignore", "pipe", "pipe"] : "inherit",
      ...(collects && { env: npmEnvironment() }),
    });
    const collect = (/** @type {Buffer} */ data) => collects && output.push(data.toString());
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => {
      say(`${file}: ${error.message}`);
      resolve(127);
    });
    child.on("close", (code, signal) => {
      child = undefined;
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

function forwardSignals() {
  let last = 0;
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // npm passes on the Ctrl-C that the terminal has sent to all of us: one is enough.
      const repeated = interruptedBy === signal && Date.now() - last < 1000;
      last = Date.now();
      interruptedBy = signal;
      if (child === undefined) process.exit(128 + constants.signals[signal]);
      const childHasIt = signal === "SIGINT" && process.stdin.isTTY;
      if (!repeated && !childHasIt) child.kill(signal);
    });
  }
}

/**
 * Keeps two first runs from installing into one node_modules. The lock file holds the pids of the run and
 * of its npm, which may outlive it; a lock of dead processes does not count.
 */
async function withInstallLock(/** @type {() => Promise<void>} */ work) {
  try {
    mkdirSync(dirname(installLock), { recursive: true, mode: 0o755 });
    for (let said = 0; !created(installLock); ) {
      const holder = holderOf(installLock);
      if (holder === undefined) {
        rmSync(installLock, { force: true });
        continue;
      }
      if (Date.now() - said > 10_000) {
        say(`… Another run (process ${holder}) is installing the npm packages: waiting for it`);
        said = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch (error) {
    fail(`✖ Cannot write ${installLock} (${error}). STREAMING_CACHE=<folder> chooses another folder.`);
  }
  process.on("exit", () => rmSync(installLock, { force: true }));
  await work();
  rmSync(installLock, { force: true });
}

function created(/** @type {string} */ lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** A living process that holds the lock, or undefined. */
function holderOf(/** @type {string} */ lock) {
  try {
    const pids = readFileSync(lock, "utf8").split(" ").filter(Boolean);
    const ageMs = Date.now() - statSync(lock).mtimeMs;
    // Empty: being written just now, or left so by a full disk.
    if (pids.length === 0) return ageMs < 5_000 ? "just starting" : undefined;
    // After an hour, a pid is another process's.
    return ageMs < 3_600_000 ? pids.find(isAlive) : undefined;
  } catch {
    return undefined; // its run has just ended
  }
}

function isAlive(/** @type {string} */ pid) {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function errorCode(/** @type {unknown} */ error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function say(/** @type {string} */ text) {
  process.stderr.write(`${text}\n`);
}

/** @returns {never} */
function fail(/** @type {string} */ text) {
  say(text);
  process.exit(1);
}

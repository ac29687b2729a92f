// @ts-check
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isComplete, machine } from "./installedPackages.mjs";
import { isAlive } from "./isAlive.mjs";
import { adviceOn } from "./npmFailure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
const installedFile = join(root, "node_modules/.package-lock.json");
// Written after a successful installation: the hash of its lock file, and for which machine.
const stampFile = join(root, "node_modules/.installed-from");

/** Ctrl-C, a request to end, and a closed terminal: lib/endingSignals.ts, which needs the packages. */
export const ENDING_SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

const hashOf = (/** @type {string | Buffer} */ data) => createHash("sha256").update(data).digest("hex");
// After this time, the process that has the id is another one.
const LONGEST_TURN_MS = 30 * 60_000;
// The file is empty for a moment, until its holder has written its id; longer if the holder was killed meanwhile.
const EMPTY_MS = 5_000;
// Holds the ids of the process that is installing and of its npm, which may outlive it; npm empties node_modules.
const turnFile = join(tmpdir(), `streaming-npm-${hashOf(root).slice(0, 12)}`);

/**
 * Installs the npm packages if they differ from package-lock.json, and prints a line every 10 s. If another command is
 * installing them, waits for it.
 *
 * @throws if npm fails, with its output and what to do
 */
export async function installPackages() {
  const { os, cpu, libc } = machine();
  const stamp = `${hashOf(readFileSync(lockFile))} ${os} ${cpu} ${libc}`.trim();
  if (isInstalled(stamp)) return;
  await takeTurn();
  try {
    if (!isInstalled(stamp)) await install(stamp);
  } finally {
    rmSync(turnFile, { force: true });
  }
}

function isInstalled(/** @type {string} */ stamp) {
  if (stampInPlace() === stamp) return true;
  if (!isInstalledByHand()) return false;
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // In a folder that cannot be written, each command checks the packages again.
  }
  return true;
}

function stampInPlace() {
  try {
    return readFileSync(stampFile, "utf8");
  } catch {
    return undefined; // there is none, or it cannot be read
  }
}

/** Whether the user's own `npm ci` has installed what is needed: it removes the stamp. */
function isInstalledByHand() {
  try {
    const [wanted, installed] = [lockFile, installedFile].map((file) =>
      JSON.parse(readFileSync(file, "utf8")),
    );
    return isComplete(wanted, installed);
  } catch {
    return false; // there is nothing, or it cannot be read
  }
}

/** Waits until nobody else installs. */
async function takeTurn() {
  for (let told = false; ; await sleep(200)) {
    try {
      return writeFileSync(turnFile, String(process.pid), { flag: "wx" });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") return;
    }
    const turn = currentTurn();
    if (turn === undefined) continue;
    if (turn.isOver) {
      rmSync(turnFile, { force: true });
    } else if (turn.holder !== undefined && !told) {
      console.error(`… Waiting for process ${turn.holder}, which is installing the npm packages`);
      told = true;
    }
  }
}

/** Who installs, and whether they have ended; undefined if nobody does any more. */
function currentTurn() {
  try {
    const pids = readFileSync(turnFile, "utf8").split(" ").map(Number).filter(Boolean);
    const ageMs = Date.now() - statSync(turnFile).mtimeMs;
    if (pids.length === 0) return { holder: undefined, isOver: ageMs > EMPTY_MS };
    const holder = pids.find(isAlive);
    return { holder, isOver: holder === undefined || ageMs > LONGEST_TURN_MS };
  } catch {
    return undefined;
  }
}

async function install(/** @type {string} */ stamp) {
  // An interrupted installation must not look like a complete one.
  for (const file of [stampFile, installedFile]) rmSync(file, { force: true });
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  console.error("… Installing the npm packages (once, and again when package-lock.json changes)");
  const heartbeat = setInterval(
    () => console.error(`… Installing the npm packages, ${Math.round(seconds())} s`),
    10_000,
  );
  const { code, signal, output } = await npmCi();
  clearInterval(heartbeat);
  if (code !== 0) {
    const how = signal === null ? `exit code ${code}` : `killed by ${signal}`;
    throw new Error(
      `${output}\n✖ npm ci failed (${how}, its output is above). ${adviceOn(output, signal)} Then run the same command again.`,
    );
  }
  writeFileSync(stampFile, stamp);
  console.error(`✔ Installing the npm packages (${seconds().toFixed(1)} s)`);
}

/**
 * Runs npm. A signal to end is passed on to it, and ends this process once npm has ended: nobody may install meanwhile.
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>} `signal` is what killed npm
 */
function npmCi() {
  // The npm that runs us, if it is npm (yarn and pnpm set the variable too), else the one on PATH.
  const path = process.env.npm_execpath;
  const own = path !== undefined && basename(path) === "npm-cli.js";
  const [file = "npm", ...before] = own ? [process.execPath, path] : ["npm"];
  return new Promise((resolve) => {
    /** @type {NodeJS.Signals | undefined} */
    let received;
    const passOn = (/** @type {NodeJS.Signals} */ signal) => {
      received = signal;
      child.kill(signal);
    };
    for (const signal of ENDING_SIGNALS) process.on(signal, passOn);
    // The user's own npm configuration may omit them.
    const needed = ["--include=dev", "--include=optional"];
    const child = spawn(file, [...before, "ci", ...needed, "--no-audit", "--no-fund"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: environment(),
    });
    noteInstaller(child.pid);
    let output = "";
    const end = (/** @type {number | null} */ code, /** @type {NodeJS.Signals | null} */ signal) => {
      for (const each of ENDING_SIGNALS) process.off(each, passOn);
      if (received !== undefined) {
        rmSync(turnFile, { force: true });
        process.kill(process.pid, received);
      }
      resolve({ code, signal, output });
    };
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => {
      output += error;
      end(127, null);
    });
    child.on("close", end);
  });
}

function noteInstaller(/** @type {number | undefined} */ npm) {
  try {
    writeFileSync(turnFile, `${process.pid} ${npm ?? ""}`);
  } catch {
    // As in takeTurn: then nobody waits for us.
  }
}

/** The environment without options of an outer npm that would change what is installed, or where. */
function environment() {
  const disturbing = /^npm_config_(local_prefix|global|location|workspaces?|omit|only|production|dry_run)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !disturbing.test(name)));
}

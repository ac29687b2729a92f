// @ts-check
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "./isAlive.mjs";
import { inWords, needed } from "./nodeVersion.cjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const lockFile = join(root, "package-lock.json");
// Written after a successful installation: the hash of its lock file.
const stampFile = join(root, "node_modules/.installed-from");

const hashOf = (/** @type {string | Buffer} */ data) => createHash("sha256").update(data).digest("hex");
// After this time, the process that has the id is another one.
const LONGEST_TURN_MS = 30 * 60_000;
// Holds the id of the process that is installing; npm empties node_modules.
const turnFile = join(tmpdir(), `streaming-npm-${hashOf(root).slice(0, 12)}`);

/**
 * Installs the npm packages if they differ from package-lock.json, and prints a line every 10 s. If another command is
 * installing them, waits for it.
 *
 * @throws if npm fails, with its output and what to do
 */
export async function installPackages() {
  const lockHash = hashOf(readFileSync(lockFile));
  const isInstalled = () => existsSync(stampFile) && readFileSync(stampFile, "utf8") === lockHash;
  if (isInstalled()) return;
  await takeTurn();
  try {
    if (!isInstalled()) await install(lockHash);
  } finally {
    rmSync(turnFile, { force: true });
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
    const { holder, takenAt } = turn;
    // The file is empty for a moment, until its holder has written its id.
    const isOver = Date.now() - takenAt > LONGEST_TURN_MS || (holder > 0 && !isAlive(holder));
    if (isOver) {
      rmSync(turnFile, { force: true });
    } else if (holder > 0 && !told) {
      console.error(`… Waiting for process ${holder}, which is installing the npm packages`);
      told = true;
    }
  }
}

/** Who installs, and since when; undefined if nobody does any more. */
function currentTurn() {
  try {
    return { holder: Number(readFileSync(turnFile, "utf8")), takenAt: statSync(turnFile).mtimeMs };
  } catch {
    return undefined;
  }
}

async function install(/** @type {string} */ lockHash) {
  // An interrupted installation must not look like a complete one.
  rmSync(stampFile, { force: true });
  const started = Date.now();
  const seconds = () => (Date.now() - started) / 1000;
  console.error("… Installing the npm packages (once, and again when package-lock.json changes)");
  const heartbeat = setInterval(
    () => console.error(`… Installing the npm packages, ${Math.round(seconds())} s`),
    10_000,
  );
  const { code, output } = await npmCi();
  clearInterval(heartbeat);
  if (code !== 0) {
    throw new Error(
      `${output}\n✖ npm ci failed (exit code ${code}, its output is above). ${adviceOn(output)} Then run the same command again.`,
    );
  }
  writeFileSync(stampFile, lockHash);
  console.error(`✔ Installing the npm packages (${seconds().toFixed(1)} s)`);
}

/** What to do about a failure of npm. @param {string} output what npm printed */
export function adviceOn(output) {
  if (output.includes("EBADENGINE")) {
    return `A package cannot run on Node ${process.versions.node} (EBADENGINE): take Node ${inWords(needed)} (https://nodejs.org/en/download).`;
  }
  return (
    "Check that this machine can reach the package registry that `npm config get registry` shows. " +
    "Behind a proxy: npm config set https-proxy <address>."
  );
}

/** @returns {Promise<{ code: number | null, output: string }>} */
function npmCi() {
  // The npm that runs us, if it is npm (yarn and pnpm set the variable too), else the one on PATH.
  const path = process.env.npm_execpath;
  const own = path !== undefined && basename(path) === "npm-cli.js";
  const [file = "npm", ...before] = own ? [process.execPath, path] : ["npm"];
  return new Promise((resolve) => {
    const child = spawn(file, [...before, "ci", "--include=dev", "--no-audit", "--no-fund"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: environment(),
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ code: 127, output: String(error) }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** The environment without options of an outer npm that would change what is installed, or where. */
function environment() {
  const disturbing = /^npm_config_(local_prefix|global|location|workspaces?|omit|only|production|dry_run)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !disturbing.test(name)));
}

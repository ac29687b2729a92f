#!/usr/bin/env node
// @ts-check
/**
 * Every npm script runs this file through tools/entry.cjs, which checks Node: `node tools/run.mjs <command> [arguments]`.
 * It prepares a fresh clone to run TypeScript (prerequisites, npm packages), then hands over to cli/main.ts.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { ENDING_SIGNALS, installPackages } from "./npmPackages.mjs";
import { folderProblem, jarSets, missingMessage, missingThings } from "./prerequisites.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const [command = "--help", ...args] = process.argv.slice(2);
/** Commands that use Pulumi; the others only talk to running services. */
const needPulumi = ["start", "up", "destroy", "status", "setup", "test"];
/** Whether every server is needed. For other stacks, setup/setUp.ts determines what is needed. */
const needJars = ["start", "setup", "test"].includes(command) || (command === "up" && args.includes("local"));

const problem = folderProblem();
if (problem !== undefined) fail(problem);

const onlyHelp = args.includes("--help") || args.includes("-h");
if (needPulumi.includes(command) && !onlyHelp) {
  const missing = await missingThings(needJars ? jarSets : []);
  if (missing.length > 0) fail(missingMessage(missing));
}
try {
  await installPackages();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", command, ...args], {
  cwd: root,
  stdio: "inherit",
});
for (const signal of ENDING_SIGNALS) {
  // Ctrl-C on a terminal reaches the child, too: twice counts as once there.
  process.on(signal, () => child.kill(signal));
}
child.on("close", (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));

/** @returns {never} */
function fail(/** @type {string} */ text) {
  console.error(text);
  process.exit(1);
}

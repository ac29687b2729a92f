import { spawn } from "node:child_process";
import { once } from "node:events";
import { hosts } from "../../components/hosts/registry.ts";
import { needsNoAccount } from "../../components/hosts/stackHosts.ts";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";
import { projectDirectory } from "../../lib/paths.ts";
import { UsageError, UserError } from "../../lib/userError.ts";
import { EVERYTHING } from "../../setup/needs.ts";
import { setUp } from "../../setup/setUp.ts";
import { createProgress } from "../output/progress.ts";

export async function test(args: string[], { stack }: { stack?: string }): Promise<void> {
  if (stack !== undefined && !needsNoAccount(stack)) {
    const allowed = hosts.map(({ name }) => name).filter(needsNoAccount);
    throw new UsageError(
      `The tests do not run against a stack "${stack}"; they do against ${allowed.join(" and ")}.`,
    );
  }
  const progress = createProgress();
  try {
    await setUp(progress, EVERYTHING);
  } finally {
    progress.close();
  }
  const checks = await Promise.allSettled([
    run("Types", "tsc", []),
    run("Style", "biome", ["ci", "."]),
    run("Imports", "depcruise", ["--config", ".dependency-cruiser.mjs", "."]),
  ]);
  for (const check of checks) if (check.status === "rejected") throw check.reason;
  const oracle = stack === undefined ? [] : ["test/oracle"];
  try {
    await run("Tests", "vitest", ["run", ...oracle, ...args], { STREAMING_TEST_STACK: stack ?? "local" });
  } finally {
    await removeStacks();
  }
}

/** Removes what interrupted tests left behind: on an interrupt, Vitest exits at once. */
async function removeStacks(): Promise<void> {
  const script = ["--import", "tsx", "test/support/removeForsakenStacks.ts"];
  await once(spawn(process.execPath, script, { cwd: projectDirectory, stdio: "inherit" }), "exit");
}

async function run(
  title: string,
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<void> {
  console.log(`\n${title}: ${[program, ...args].join(" ")}`);
  const child = spawn(`node_modules/.bin/${program}`, args, {
    cwd: projectDirectory,
    stdio: "inherit",
    env: { ...process.env, ...environment },
  });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  for (const signal of ENDING_SIGNALS) process.on(signal, passOn);
  const [code, signal] = await once(child, "exit");
  for (const signal of ENDING_SIGNALS) process.off(signal, passOn);
  if (code !== 0) throw new UserError(`${program} failed (${code === null ? signal : `exit code ${code}`}).`);
}

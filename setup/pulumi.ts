import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type { Progress, Task } from "../lib/progress.ts";
import { rootCause } from "../lib/rootCause.ts";
import {
  findExecutable,
  minimumPulumi,
  pulumiFits,
  pulumiName,
  pulumiVersion,
} from "../tools/prerequisites.mjs";
import { cacheDirectory, installOnce } from "./cache.ts";
import { buildPulumi } from "./pulumiBuild.ts";
import { downloadPulumi } from "./pulumiDownload.ts";
import { SetupError } from "./setupError.ts";

/**
 * The Pulumi CLI: the one on PATH if its version fits, else the cached one, else the official download, else built from
 * source with Go.
 *
 * @param signal ends an installation that is under way
 * @throws SetupError if none of these is possible
 */
export async function pulumiCommand(progress: Progress, signal?: AbortSignal): Promise<PulumiCommand> {
  leaveHomeAlone();
  return (await onPath()) ?? (await installed()) ?? (await install(progress, signal));
}

/** The CLI creates ~/.pulumi even to print its version; for users without that folder it goes into the cache. */
function leaveHomeAlone(): void {
  if (process.env.PULUMI_HOME !== undefined || existsSync(join(homedir(), ".pulumi"))) return;
  process.env.PULUMI_HOME = join(cacheDirectory(), "pulumi-home");
}

async function onPath(): Promise<PulumiCommand | undefined> {
  if (findExecutable("pulumi") === undefined) return undefined;
  const command = await PulumiCommand.get({ skipVersionCheck: true }).catch(() => undefined);
  return pulumiFits(`${command?.version}`) ? command : undefined;
}

async function installed(): Promise<PulumiCommand | undefined> {
  const root = join(cacheDirectory(), pulumiName);
  if (!existsSync(root)) return undefined;
  return PulumiCommand.get({ root }).catch((error: Error) => {
    throw new SetupError(`The Pulumi CLI in the cache does not run: delete ${root} and try again.\n${error}`);
  });
}

async function install(progress: Progress, signal?: AbortSignal): Promise<PulumiCommand> {
  const task = progress.task(`Pulumi CLI ${pulumiVersion}, once`);
  try {
    let how = "downloaded";
    const root = await installOnce(pulumiName, async (directory) => {
      const reason = await tryDownload(directory, task, signal);
      signal?.throwIfAborted();
      if (reason === undefined) return;
      how = "built from source";
      await build(directory, reason, task, progress, signal);
    });
    const command = await PulumiCommand.get({ root });
    task.done(how);
    return command;
  } catch (error) {
    task.fail();
    throw error;
  }
}

/** Downloads the CLI. @returns why that failed; undefined if it did not */
async function tryDownload(directory: string, task: Task, signal?: AbortSignal): Promise<string | undefined> {
  try {
    await downloadPulumi(directory, task.update, undefined, undefined, signal);
    await PulumiCommand.get({ root: directory }); // a download that does not run here counts as failed
    return undefined;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { mode: 0o755 });
    return rootCause(error).split("\n")[0] ?? "";
  }
}

async function build(
  directory: string,
  reason: string,
  task: Task,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (findExecutable("go") === undefined) {
    throw new SetupError(
      `The Pulumi CLI could not be downloaded (${reason}), and Go is not installed to build it. Try again (behind ` +
        `a proxy, set https_proxy), or install Pulumi ${minimumPulumi} or newer (https://www.pulumi.com/docs/install).`,
    );
  }
  progress.note(
    "Pulumi CLI: not on PATH, and the download failed: building it from source once, 4 to 8 minutes",
  );
  progress.note(`  (the download: ${reason})`);
  await buildPulumi(directory, task.update, signal);
}

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectDirectory } from "../../components/local/folders.ts";
import { pulumiCommand } from "../../setup/pulumi.ts";
import { cacheDirectory, findExecutable } from "../../tools/prerequisites.mjs";
import { silent } from "./silentProgress.ts";

const EXECUTABLE = "pulumi-resource-aiven";
const { version } = JSON.parse(
  readFileSync(join(projectDirectory, "node_modules/@pulumi/aiven/package.json"), "utf8"),
) as { version: string };
/**
 * The folder of the provider plugin for Aiven, which the Pulumi CLI downloads: on PATH, in the user's Pulumi folder,
 * or now downloaded into the project's cache.
 *
 * @returns a reason instead where it cannot be had
 */
export async function aivenPlugin(): Promise<{ directory: string } | { reason: string }> {
  const onPath = findExecutable(EXECUTABLE);
  if (onPath !== undefined) return { directory: dirname(onPath) };
  const cache = join(cacheDirectory(), "pulumi-home");
  const homes = [process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), cache];
  const folders = homes.map((home) => join(home, "plugins", `resource-aiven-v${version}`));
  const installed = () => folders.find((folder) => existsSync(join(folder, EXECUTABLE)));
  const problem = installed() === undefined ? await download(cache) : undefined;
  const directory = installed();
  if (directory !== undefined) return { directory };
  return {
    reason: `the provider plugin aiven ${version} is not installed and cannot be downloaded: ${problem}`,
  };
}

async function download(home: string): Promise<string | undefined> {
  const { command } = await pulumiCommand(silent);
  const args = ["plugin", "install", "resource", "aiven", version, "--non-interactive"];
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    await promisify(execFile)(command, args, { env, timeout: 120_000 });
    return undefined;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    return /error: (.+)/.exec(said)?.[1] ?? said.trim().slice(0, 200);
  }
}

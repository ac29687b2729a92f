import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { projectDirectory } from "../../lib/paths.ts";
import { pulumiCommand } from "../../setup/pulumi.ts";
import { cacheDirectory, findExecutable } from "../../tools/prerequisites.mjs";
import { silent } from "./silentProgress.ts";

/**
 * The folder of a provider's plugin, which the Pulumi CLI downloads: on PATH, in the user's Pulumi folder, or freshly
 * downloaded into the project's cache.
 *
 * @returns a reason instead if it is not available
 */
export async function providerPlugin(
  name: "aiven" | "docker",
): Promise<{ directory: string } | { reason: string }> {
  const executable = `pulumi-resource-${name}`;
  const version = versionOf(name);
  const onPath = findExecutable(executable);
  if (onPath !== undefined) return { directory: dirname(onPath) };
  const cache = join(cacheDirectory(), "pulumi-home");
  const homes = [process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), cache];
  const folders = homes.map((home) => join(home, "plugins", `resource-${name}-v${version}`));
  const installed = () => folders.find((folder) => existsSync(join(folder, executable)));
  const problem = installed() === undefined ? await download(name, version, cache) : undefined;
  const directory = installed();
  if (directory !== undefined) return { directory };
  return {
    reason: `the provider plugin ${name} ${version} is not installed and cannot be downloaded: ${problem}`,
  };
}

/** The version of the SDK, which names its plugin by it. */
function versionOf(name: string): string {
  const file = join(projectDirectory, "node_modules/@pulumi", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

async function download(name: string, version: string, home: string): Promise<string | undefined> {
  const { command } = await pulumiCommand(silent);
  const args = ["plugin", "install", "resource", name, version, "--non-interactive"];
  const env = { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" };
  try {
    await promisify(execFile)(command, args, { env, timeout: 120_000 });
    return undefined;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    return /error: (.+)/.exec(said)?.[1] ?? said.trim().slice(0, 200);
  }
}

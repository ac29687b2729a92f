import { stackFolders } from "../../components/hosts/local/folders.ts";
import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { definitions, SettingsError } from "../../components/settings.ts";
import type { Finding } from "../../lib/finding.ts";
import { during } from "../../lib/progress.ts";
import { runningServers } from "../../provider/process/runningServers.ts";
import { cacheDirectory } from "../../setup/cache.ts";
import { missingJars } from "../../setup/jars.ts";
import { type Needs, NOTHING } from "../../setup/needs.ts";
import { cacheTraces } from "../../setup/traces.ts";
import { cacheFinding, stacksHere } from "../doctor/leftOvers.ts";
import { disks, memory, placesOf, system } from "../doctor/machine.ts";
import { proxies } from "../doctor/network.ts";
import { programs } from "../doctor/programs.ts";
import { versionHere } from "../doctor/version.ts";
import { localStacks } from "../engine/localStacks.ts";
import { secretOfFile } from "../engine/secrets.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";
import { describeFindings, findingsJson } from "../output/findings.ts";
import { createProgress } from "../output/progress.ts";
import { exitFlushed } from "../output/terminal.ts";

/**
 * Examines this machine for a stack: what the stack needs, what is in its way, and what earlier stacks left behind.
 * Starts and installs nothing. Exits with 1 if an `up` of the stack would fail.
 */
export async function doctor(name: string, { json }: { readonly json: boolean }): Promise<void> {
  const progress = createProgress();
  const findings = await during(progress.task("Looking at this machine"), () => examine(name)).finally(
    progress.close,
  );
  console.log(
    json ? JSON.stringify(findingsJson(name, findings), null, 2) : describeFindings(name, findings),
  );
  // Do not wait for anything that has not answered.
  await exitFlushed(findings.some(({ trouble }) => trouble?.stops) ? 1 : 0);
}

async function examine(name: string): Promise<Finding[]> {
  const file = await stackFile(name);
  try {
    const settings = await stackSettings(file);
    const hosts = new StackHosts({ settings, stack: name, secret: secretOfFile(file) });
    const machine = await examineMachine(await hosts.needs(), isUp(name), settings.directory);
    return [...machine, ...(await hosts.findings())];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const trouble = { problem: error.message, stops: true };
    const wrong = { name: "Settings", value: `wrong in Pulumi.${name}.yaml`, trouble };
    return [...(await examineMachine(NOTHING, isUp(name), definitions.directory.default)), wrong];
  }
}

/**
 * Findings about the machine and the project only.
 *
 * @param isUp whether the stack is already running
 * @param directory the setting of that name
 */
async function examineMachine(needs: Needs, isUp: boolean, directory: string): Promise<Finding[]> {
  const cache = cacheDirectory();
  const installs = missingJars(needs.jars).length > 0;
  const { findings, buildsPulumi } = await programs(needs);
  const places = placesOf(directory, cache, { installs, builds: buildsPulumi });
  return [
    await versionHere(),
    ...system(),
    memory(needs.jars.length > 0 && !isUp),
    ...(needs.jars.length > 0 ? disks(places) : []),
    ...findings,
    ...proxies(installs),
    cacheFinding(cache, cacheTraces(cache)),
    ...stacksHere(localStacks(), runningServers(), (stack, folder) =>
      stackFolders(directory, stack).has(folder),
    ),
  ];
}

const isUp = (name: string) => localStacks().some((stack) => stack.name === name && stack.resources > 0);

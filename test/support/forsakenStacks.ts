import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StackFolders } from "../../components/hosts/local/folders.ts";
import { identify, isAlive, type ProcessIdentity } from "../../provider/process/identity.ts";
import { release } from "../../provider/process/supervision.ts";
import { workingFolders } from "../../provider/process/workingFolder.ts";
import { removeForsakenContainers } from "./forsakenContainers.ts";

/** A file in the folder of a test's stacks and servers, with the process that takes them down. */
const OWNER_FILE = ".streaming-test-owner";

interface Owner extends ProcessIdentity {
  /** The test run that the process is a worker of. A worker outlives a run that was killed by seconds. */
  readonly run?: ProcessIdentity;
}

/** Folders of stacks below it, and of servers started like a stack's: of a TestStack, and of a Checkout. */
const STACKS = ["data", ".stacks"];

/**
 * Creates a temporary folder whose stacks and servers this process takes down, or the next run if it is killed first.
 *
 * @param prefix of its name
 * @param directory where tests make their folders
 */
export function ownFolder(prefix: string, directory = tmpdir()): string {
  const folder = mkdtempSync(join(directory, prefix));
  const isWorker = process.env.VITEST_WORKER_ID !== undefined;
  const owner = { ...identify(process.pid), ...(isWorker && { run: identify(process.ppid) }) };
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner));
  return folder;
}

/**
 * Ends all processes of stacks whose test was killed before it could take them down, and removes their folders.
 *
 * @param directory where tests make their folders
 * @param ending a process that counts as ended, because it is about to end
 * @returns the folders that it removed
 */
export async function removeForsakenStacks(directory = tmpdir(), ending?: number): Promise<string[]> {
  const forsaken = readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((folder) => isForsaken(folder, ending));
  for (const folder of forsaken) endWorker(folder);
  const removed: string[] = [];
  for (const folder of forsaken) {
    const stacks = stacksIn(folder);
    await Promise.all(stacks.flatMap((stack) => stack.present()).map(release));
    // A process that is just being started may only now enter its working folder.
    for (let attempt = 0; attempt < 3; attempt++) {
      killAllIn(folder, stacks);
      await sleep(100);
    }
    for (const stack of stacks) stack.remove();
    // Otherwise nothing would remember the containers.
    if (!(await removeForsakenContainers(folder))) continue;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    removed.push(folder);
  }
  return removed;
}

function isForsaken(folder: string, ending?: number): boolean {
  const owner = ownerOf(folder);
  if (owner === undefined) return false;
  return owner.pid === ending || !isAlive(owner) || (owner.run !== undefined && !isAlive(owner.run));
}

function ownerOf(folder: string): Owner | undefined {
  const file = join(folder, OWNER_FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Owner) : undefined;
}

/** A worker that is still there would create again what is being removed. */
function endWorker(folder: string): void {
  const owner = ownerOf(folder);
  if (owner?.run !== undefined && isAlive(owner)) process.kill(owner.pid, "SIGKILL");
}

function stacksIn(folder: string): StackFolders[] {
  const parents = STACKS.map((name) => join(folder, name)).filter((parent) => existsSync(parent));
  return parents.flatMap((parent) => readdirSync(parent).map((name) => new StackFolders(join(parent, name))));
}

/** Engines and their plugins work in the folder itself, servers below it, and PostgreSQL elsewhere if we are root. */
function killAllIn(folder: string, stacks: readonly StackFolders[]): void {
  for (const { pid, path } of workingFolders()) {
    const isOfStack = stacks.some((stack) => stack.has(path) || stack.has(join(path, "..")));
    if (path !== folder && !path.startsWith(`${folder}/`) && !isOfStack) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}

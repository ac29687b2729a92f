import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { isAlive } from "../tools/isAlive.mjs";
import { cacheDirectory } from "../tools/prerequisites.mjs";
import { SetupError } from "./setupError.ts";

export { cacheDirectory };

const dayMs = 24 * 60 * 60 * 1000;
// `.<name>.<host>.<pid>.<random>`, with the host because containers that share a cache do not share pids.
const temporaryName = /^\..+\.([^.]+)\.(\d+)\.[0-9a-f]{6}$/;
const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, "-");

/**
 * Returns the folder `name` of the cache; `build` fills it if it does not exist yet. `build` works in a temporary
 * folder beside it that is renamed at the end, so a folder is either complete or absent. If two runs build at the same
 * time, the one that ends later uses the other's.
 *
 * @param check throws if something is wrong with a folder: a new one is then not installed, an existing one is rebuilt
 * @throws what `build` and `check` throw, and {@link SetupError} if the cache cannot be written
 */
export async function installOnce(
  name: string,
  build: (directory: string) => Promise<void>,
  check: (directory: string) => Promise<void> = noCheck,
): Promise<string> {
  const target = join(cacheDirectory(), name);
  const isWhole = () =>
    check(target).then(
      () => true,
      () => false,
    );
  if (existsSync(target) && (await isWhole())) return target;

  const temporary = await temporaryBeside(target);
  try {
    await build(temporary);
    await check(temporary);
    // The existing one is broken, unless another run has just repaired it in the same way.
    if (check !== noCheck && !(await isWhole())) await removeFromCache(target);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (!(isNotEmpty(error) && existsSync(target))) throw error;
  }
  return target;
}

async function noCheck(): Promise<void> {}

const temporaryPath = (target: string) =>
  join(dirname(target), `.${basename(target)}.${host}.${process.pid}.${randomBytes(3).toString("hex")}`);

async function temporaryBeside(target: string): Promise<string> {
  const parent = dirname(target);
  const temporary = temporaryPath(target);
  try {
    await makeReadable(cacheDirectory());
    await makeReadable(parent);
    await removeLeftovers(parent);
    await makeReadable(temporary);
  } catch (error) {
    throw new SetupError(
      `Cannot write to the cache ${parent}: ${(error as Error).message}. ` +
        "Set STREAMING_CACHE=<folder> to use another folder.",
    );
  }
  return temporary;
}

/**
 * Lets others read the cache regardless of the umask: if we are root, PostgreSQL runs as another user. The Pulumi CLI may
 * have created the folder before.
 */
async function makeReadable(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o755 });
  if (first === undefined) {
    const { mode, uid } = await stat(directory);
    if (uid === 0 && process.getuid?.() === 0) await chmod(directory, mode | 0o055);
    return;
  }
  for (let made = directory; made.length >= first.length; made = dirname(made)) await chmod(made, 0o755);
}

/** Removes the temporary folders of runs that were killed, except those of users whose files we must not remove. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!isLeftover(directory, name)) continue;
    await rm(join(directory, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether an entry of the cache is the temporary folder of a run that was killed. */
export function isLeftover(directory: string, name: string): boolean {
  const [, owner, pid] = temporaryName.exec(name) ?? [];
  if (owner === undefined) return false;
  // Nothing takes a day, so after that time the pid belongs to another process.
  return (owner === host && !isAlive(Number(pid))) || ageMs(join(directory, name)) > dayMs;
}

/** Removes a folder of the cache; if that is interrupted, the rest does not look like a complete one. */
export async function removeFromCache(path: string): Promise<void> {
  const doomed = temporaryPath(path);
  await rename(path, doomed).catch((error) => {
    // Another command has removed it.
    if (error.code !== "ENOENT") throw error;
  });
  await rm(doomed, { recursive: true, force: true });
}

function ageMs(path: string): number {
  // Undefined if another run has removed it.
  const { mtimeMs = Date.now() } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs;
}

function isNotEmpty(error: unknown): boolean {
  return ["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "");
}

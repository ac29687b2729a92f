import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PID_FILE } from "./serverFolder.ts";
import type { ServerInputs } from "./serverInputs.ts";

type Archived = Pick<ServerInputs, "classArchive"> & Partial<Pick<ServerInputs, "directory">>;

/** In the server's own folder: what its JVM writes at its end. */
const RECORDED = "classes.jsa";

/** How long a JVM may take to write the archive, beyond the grace period of its server. */
const RECORDING_SECONDS = 20;

/** A server that ran for less may not have loaded what a stack needs. */
const MINIMUM_RUN_MS = 20_000;

/**
 * Puts options after a JVM's name that let it take its classes from the archive, parsed and verified, which halves the
 * processor time of its start; or record them for the archive if there is none. An archive that does not fit the JVM or
 * its class path is ignored by it.
 *
 * @see https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export function withClassArchive(
  { classArchive }: Archived,
  [java = "", ...args]: readonly string[],
): readonly string[] {
  if (classArchive === undefined) return [java, ...args];
  const archive = existsSync(classArchive)
    ? `-XX:SharedArchiveFile=${classArchive}`
    : `-XX:ArchiveClassesAtExit=${RECORDED}`;
  // What it cannot archive or use is of no interest to a reader of the log.
  return [java, "-Xshare:auto", "-Xlog:cds*=off", archive, ...args];
}

/** How much longer than usual the server may take to end, in seconds. */
export function recordingSeconds({ classArchive }: Archived): number {
  return classArchive === undefined || existsSync(classArchive) ? 0 : RECORDING_SECONDS;
}

/** Makes the archive of what a JVM has recorded that ended by itself. */
export function keepClassArchive({ classArchive, directory }: Archived): void {
  if (classArchive === undefined || directory === undefined) return;
  const recorded = join(directory, RECORDED);
  try {
    const ranMs = statSync(recorded).mtimeMs - statSync(join(directory, PID_FILE)).mtimeMs;
    if (ranMs >= MINIMUM_RUN_MS) copyWhole(recorded, classArchive);
    rmSync(recorded);
  } catch {
    // Nothing was recorded, or the cache cannot be written: everything works without an archive.
  }
}

/** The copy appears at once, and replaces another: servers that start meanwhile read one or the other. */
function copyWhole(from: string, to: string): void {
  const temporary = `${to}.${process.pid}.tmp`;
  mkdirSync(dirname(to), { recursive: true });
  try {
    copyFileSync(from, temporary);
    renameSync(temporary, to);
  } finally {
    rmSync(temporary, { force: true });
  }
}

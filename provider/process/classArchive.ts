import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PID_FILE } from "./serverFolder.ts";
import type { ServerInputs } from "./serverInputs.ts";

type Archived = Pick<ServerInputs, "classArchive"> & Partial<Pick<ServerInputs, "directory">>;

/** The file that the JVM writes to the server's own folder when it exits. */
const RECORDED = "classes.jsa";

/** How long a JVM may take to write the archive, in addition to its server's grace period. */
const RECORDING_SECONDS = 20;

/** A server that ran for a shorter time may not have loaded all classes that a stack needs. */
const MINIMUM_RUN_MS = 20_000;

/**
 * Adds options after a JVM's name that make it load parsed and verified classes from the archive, which halves the CPU
 * time of its startup, or record them if there is no archive yet. The JVM ignores an archive that does not fit it or
 * its class path.
 *
 * @see https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html
 */
export function withClassArchive(
  { classArchive }: Archived,
  [java = "", ...args]: readonly string[],
): readonly string[] {
  if (classArchive === undefined) return [java, ...args];
  const options = existsSync(classArchive)
    ? usingArchive(classArchive)
    : [...QUIETLY, `-XX:ArchiveClassesAtExit=${RECORDED}`];
  return [java, ...options, ...args];
}

/** Readers of the log do not care about classes that the JVM cannot archive or use. */
const QUIETLY = ["-Xshare:auto", "-Xlog:cds*=off"];

/** The options with which a JVM loads classes from an archive, if there is one and it fits. */
export const usingArchive = (classArchive: string): string[] => [
  ...QUIETLY,
  `-XX:SharedArchiveFile=${classArchive}`,
];

/** How much longer than usual the server may take to stop, in seconds. */
export function recordingSeconds({ classArchive }: Archived): number {
  return classArchive === undefined || existsSync(classArchive) ? 0 : RECORDING_SECONDS;
}

/** Creates the archive from the recording of a JVM that stopped in time. */
export function keepClassArchive({ classArchive, directory }: Archived): void {
  if (classArchive === undefined || directory === undefined) return;
  const recorded = join(directory, RECORDED);
  try {
    const ranMs = statSync(recorded).mtimeMs - statSync(join(directory, PID_FILE)).mtimeMs;
    if (ranMs >= MINIMUM_RUN_MS) copyWhole(recorded, classArchive);
    rmSync(recorded);
  } catch {
    // Nothing was recorded, or the cache is not writable: everything works without an archive.
  }
}

/** The copy replaces an existing archive atomically: a server that starts meanwhile reads either the old or the new. */
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

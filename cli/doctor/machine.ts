import { existsSync, readFileSync, statfsSync } from "node:fs";
import { arch, availableParallelism, freemem, release, totalmem, type } from "node:os";
import { dirname, resolve } from "node:path";
import { sizeText } from "../../lib/fileSize.ts";
import type { Finding } from "../../lib/finding.ts";
import { projectDirectory } from "../../lib/paths.ts";

/** The memory that a whole stack on this machine takes, in bytes: README.md. */
const MEMORY_OF_STACK = 2e9;
/** Jars, PostgreSQL, the Pulumi CLI, and the archives of classes, in bytes. */
const DISK_OF_CACHE = 2e9;
/** What Go needs in addition to build the Pulumi CLI, in bytes. */
const DISK_OF_BUILD = 6e9;
/** Data and logs of a stack, in bytes. */
const DISK_OF_STACK = 1e9;

/** The operating system, and what kind of machine it is. */
export function system(): Finding[] {
  const { name = "" } = /^PRETTY_NAME="?(?<name>[^"\n]*)/m.exec(read("/etc/os-release"))?.groups ?? {};
  return [
    { name: "System", value: [`${type()} ${release()}`, name, arch()].filter(Boolean).join(", ") },
    { name: "Processors", value: String(availableParallelism()) },
  ];
}

/**
 * @param needed whether a stack would start servers that do not run yet
 * @param memory in bytes
 */
export function memory(needed: boolean, { total, available } = memoryHere()): Finding {
  const found = `${sizeText(available)} of ${sizeText(total)} available`;
  if (!needed) return { name: "Memory", value: found };
  const value = `${found}, about ${sizeText(MEMORY_OF_STACK)} needed`;
  if (available >= MEMORY_OF_STACK) return { name: "Memory", value };
  const whole = `A stack that runs all its services here takes about ${sizeText(MEMORY_OF_STACK)} of memory.`;
  const remedy =
    "End other programs, or leave parts of the stack out (the settings pipelines and openSearch.enabled).";
  return { name: "Memory", value, trouble: { problem: whole, remedy, stops: total < MEMORY_OF_STACK } };
}

/** Linux counts memory that it can reclaim at once as available; in a container, the smaller limit applies. */
function memoryHere(): { readonly total: number; readonly available: number } {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(read("/proc/meminfo"))?.[1];
  const available = kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  const total = Math.min(totalmem(), limit);
  return { total, available: Math.min(available, total) };
}

/** A place on disk, and the space needed there. */
export interface Place {
  readonly name: string;
  readonly path: string;
  /** In bytes. */
  readonly needed: number;
  readonly remedy: string;
}

/**
 * The places where a stack on this machine takes disk space.
 *
 * @param directory the setting of that name
 * @param installs whether something has to be installed first
 * @param builds whether the Pulumi CLI has to be built
 */
export const placesOf = (
  directory: string,
  cache: string,
  { installs, builds }: { readonly installs: boolean; readonly builds: boolean },
): Place[] => [
  {
    name: "Disk of the cache",
    path: cache,
    needed: (installs ? DISK_OF_CACHE : 0) + (builds ? DISK_OF_BUILD : 0),
    remedy: "Make room, or set STREAMING_CACHE=<folder> to a place with more of it.",
  },
  {
    name: "Disk of the stack",
    path: resolve(projectDirectory, directory),
    needed: DISK_OF_STACK,
    remedy: "Make room, or set the setting directory to a place with more of it.",
  },
];

/** @param free free bytes at the path */
export function disk({ name, path, needed, remedy }: Place, free = freeAt(path)): Finding {
  const value = `${sizeText(free)} free, ${sizeText(needed)} needed at ${path}`;
  if (free >= needed) return { name, value };
  const missing = sizeText(needed - free);
  return { name, value, trouble: { problem: `${missing} are missing there.`, remedy, stops: true } };
}

/** Of the path, or of the nearest folder above it that exists. */
function freeAt(path: string): number {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = statfsSync(existing);
  return bavail * bsize;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

import { existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { arch, availableParallelism, freemem, release, totalmem, type } from "node:os";
import { dirname, resolve } from "node:path";
import { sizeText } from "../../lib/fileSize.ts";
import type { Finding } from "../../lib/finding.ts";
import { groupBy } from "../../lib/groupBy.ts";
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
  /** What selects another place, as part of a sentence. */
  readonly setting: string;
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
    setting: "STREAMING_CACHE=<folder>",
  },
  {
    name: "Disk of the stack",
    path: resolve(projectDirectory, directory),
    needed: DISK_OF_STACK,
    setting: "the setting directory",
  },
];

/** Findings about the disks of these places. Places on the same disk share its space, so their needs add up. */
export const disks = (places: readonly Place[], deviceOf = deviceAt, free = freeAt): Finding[] =>
  [...groupBy(places, ({ path }) => deviceOf(path)).values()].map((shared) => {
    const name = shared.length === 1 ? (shared[0]?.name ?? "") : "Disk";
    const where = shared.map(({ path }) => path).join(" and ");
    const needed = shared.reduce((sum, place) => sum + place.needed, 0);
    const available = Math.min(...shared.map(({ path }) => free(path)));
    const value = `${sizeText(available)} free, ${sizeText(needed)} needed at ${where}`;
    if (available >= needed) return { name, value };
    const problem = `${sizeText(needed - available)} are missing there.`;
    const settings = shared.map(({ setting }) => setting).join(" or ");
    const remedy = `Make room, or set ${settings} to a place with more of it.`;
    return { name, value, trouble: { problem, remedy, stops: true } };
  });

const deviceAt = (path: string) => statSync(existingAt(path)).dev;

/** Free bytes. */
function freeAt(path: string): number {
  const { bavail, bsize } = statfsSync(existingAt(path));
  return bavail * bsize;
}

/** The path, or the nearest folder above it that exists. */
function existingAt(path: string): string {
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return existing;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

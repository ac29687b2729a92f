import { existsSync, readdirSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { bytesIn } from "../lib/fileSize.ts";
import { findExecutable, pulumiName } from "../tools/prerequisites.mjs";
import { cacheDirectory, isLeftover, removeFromCache } from "./cache.ts";
import { outputOf, runTool } from "./runTool.ts";

/** Something that the project has put on this machine, outside its own folder. */
export interface Trace {
  readonly what: string;
  /** Folders. */
  readonly paths: readonly string[];
  readonly bytes: number;
}

const named = (pattern: RegExp) => (name: string) => pattern.test(name);

/**
 * How we know our entries in the cache, which are folders. Nothing else in it is ours: STREAMING_CACHE may be any folder,
 * such as one with a driver `postgresql-42.7.3.jar` or somebody's own `pulumi-3.100.0`.
 */
const KINDS: readonly (readonly [string, (name: string, directory: string) => boolean])[] = [
  ["Jars of Kafka, Flink and OpenSearch, with the archives of their classes", named(/^jars-[0-9a-f]{12}$/)],
  ["PostgreSQL", named(/^postgresql-\d+\.\d+\.\d+-beta\.\d+$/)],
  ["The live page, as browsers get it", named(/^page-[0-9a-f]{12}$/)],
  [
    "The Pulumi CLI",
    (name, directory) =>
      /^pulumi-\d+\.\d+\.\d+$/.test(name) && existsSync(join(directory, name, "bin/pulumi")),
  ],
  ["Pulumi's plugins and settings", named(/^pulumi-home$/)],
  ["What an interrupted installation left", (name, directory) => isLeftover(directory, name)],
];

/** What is in the cache, by kind, with its size. Takes a second or less. */
export function cacheTraces(directory = cacheDirectory()): Trace[] {
  const entries = existsSync(directory) ? readdirSync(directory, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return KINDS.flatMap(([what, isOne]) => {
    const paths = names.filter((name) => isOne(name, directory)).map((name) => join(directory, name));
    if (paths.length === 0) return [];
    return [{ what, paths, bytes: paths.reduce((sum, path) => sum + bytesIn(path), 0) }];
  });
}

/** Removes traces, and the cache's folder once it is empty. */
export async function removeTraces(traces: readonly Trace[], directory = cacheDirectory()): Promise<void> {
  for (const path of traces.flatMap(({ paths }) => paths)) await removeFromCache(path);
  await rmdir(directory).catch(() => undefined); // the folder holds something else, or was never made
}

/**
 * Go's own caches, which other Go programs use too, if the Pulumi CLI in our cache was built from source. A download
 * contains more than one program.
 */
export async function goCaches(directory = cacheDirectory()): Promise<Trace | undefined> {
  const bin = join(directory, pulumiName, "bin");
  const wasBuilt = existsSync(bin) && readdirSync(bin).join() === "pulumi";
  if (!wasBuilt || findExecutable("go") === undefined) return undefined;
  const paths = (await outputOf("go", ["env", "GOCACHE", "GOMODCACHE"]))
    .split("\n")
    .filter((path) => path !== "" && existsSync(path));
  const bytes = paths.reduce((sum, path) => sum + bytesIn(path), 0);
  return bytes === 0 ? undefined : { what: "Go's caches, which its other programs use too", paths, bytes };
}

/** Lets Go empty its caches, because their files are read-only. */
export const removeGoCaches = () => runTool("go", ["clean", "-cache", "-modcache"]);

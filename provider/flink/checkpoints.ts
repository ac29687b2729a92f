import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The newest complete checkpoint of a job, from the folder that the cluster retains checkpoints in:
 * `<directory>/<job id>/chk-<n>/_metadata`, the last file that Flink writes of a checkpoint.
 *
 * @returns its path, or undefined where there is none
 */
export function latestCheckpoint(directory: string | undefined, jobId: string): string | undefined {
  if (directory === undefined) return undefined;
  const folder = join(directory, jobId);
  return list(folder)
    .filter((name) => name.startsWith("chk-"))
    .sort((a, b) => Number(b.slice(4)) - Number(a.slice(4)))
    .map((name) => join(folder, name))
    .find((path) => statSync(join(path, "_metadata"), { throwIfNoEntry: false }) !== undefined);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

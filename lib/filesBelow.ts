import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * The path itself if it is a file, or all files below it in a stable order; relative to the folder. Links below it do
 * not count: an editor's lock is one that leads nowhere.
 */
export function filesBelow(folder: string, path: string): string[] {
  if (!statSync(join(folder, path)).isDirectory()) return [path];
  return readdirSync(join(folder, path), { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => filesBelow(folder, `${path}/${name}`));
}

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Twelve hexadecimal digits that follow from the content of files.
 *
 * @param folder the folder of the paths
 * @param paths files, and folders with all files below them
 * @param more a text that counts too
 */
export function contentHash(folder: string, paths: readonly string[], more: string): string {
  const hash = createHash("sha256").update(more);
  for (const file of paths.flatMap((path) => filesOf(folder, path))) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

/** The file itself, or all files below the folder, in a stable order. */
function filesOf(folder: string, path: string): string[] {
  if (!statSync(join(folder, path)).isDirectory()) return [path];
  return (
    readdirSync(join(folder, path), { withFileTypes: true })
      // No links: an editor's lock is one that leads nowhere.
      .filter((entry) => entry.isFile() || entry.isDirectory())
      .map(({ name }) => name)
      .sort()
      .flatMap((name) => filesOf(folder, `${path}/${name}`))
  );
}

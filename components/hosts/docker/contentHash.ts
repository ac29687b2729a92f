import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../../../lib/filesBelow.ts";

/**
 * Twelve hexadecimal digits that follow from the content of files.
 *
 * @param folder the folder of the paths
 * @param paths files, and folders with all files below them
 * @param more a text that counts too
 */
export function contentHash(folder: string, paths: readonly string[], more: string): string {
  const hash = createHash("sha256").update(more);
  for (const file of paths.flatMap((path) => filesBelow(folder, path))) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

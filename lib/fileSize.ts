import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The size of a file, or of a folder with everything in it, in bytes. The targets of links do not count. */
export function bytesIn(path: string): number {
  try {
    const stats = lstatSync(path);
    if (!stats.isDirectory()) return stats.size;
    return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
  } catch {
    return 0; // somebody has removed it, or it is another user's
  }
}

/** `48 kB`, `60 MB` or `1.2 GB`. */
export function sizeText(bytes: number): string {
  if (bytes >= 999.5e6) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 999.5e3) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.ceil(bytes / 1e3)} kB`;
}

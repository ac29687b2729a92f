import { chmodSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file atomically: no reader sees half of it, and no crash leaves half of it. Creates missing folders. A
 * symbolic link stays one, and what it leads to is written.
 *
 * @param mode the file's mode; unless given, that of the existing file, or the default for new files
 */
export function replaceFile(file: string, content: string, mode?: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const existing = statSync(file, { throwIfNoEntry: false });
  const target = existing === undefined ? file : realpathSync(file);
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode: mode ?? existing?.mode });
  // The umask does not apply to a mode that the file had before.
  if (mode === undefined && existing !== undefined) chmodSync(temporary, existing.mode);
  renameSync(temporary, target);
}

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file atomically: neither a reader nor a crash leaves half of it. Creates missing folders.
 *
 * @param mode the file's, as a new one has it by default unless given
 */
export function replaceFile(file: string, content: string, mode?: number): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}

import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** How the notifier is doing. */
export interface Status {
  /** Messages posted over all runs. */
  readonly posted: number;
  /** Series over their threshold. */
  readonly openAlerts: number;
  /** Epoch ms. */
  readonly updatedAt: number;
  /** What went wrong last and has not yet gone right again. */
  readonly lastError?: string;
}

/** Replaces a status file by rename, so that a reader never meets half of it. */
export function writeStatus(file: string, status: Status): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(status)}\n`);
  renameSync(temporary, file);
}

/** A file of an earlier run says nothing about this one. */
export function removeStatus(file: string): void {
  rmSync(file, { force: true });
}

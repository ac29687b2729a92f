import { rmSync } from "node:fs";
import { replaceFile } from "../../lib/replaceFile.ts";

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

/** Replaces a status file. */
export function writeStatus(file: string, status: Status): void {
  replaceFile(file, `${JSON.stringify(status)}\n`);
}

/** A file of an earlier run says nothing about this one. */
export function removeStatus(file: string): void {
  rmSync(file, { force: true });
}

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
  /** The last failure that has not been resolved yet. */
  readonly lastError?: string;
}

/** Replaces a status file. */
export function writeStatus(file: string, status: Status): void {
  replaceFile(file, `${JSON.stringify(status)}\n`);
}

/** The file of an earlier run does not describe this one. */
export function removeStatus(file: string): void {
  rmSync(file, { force: true });
}

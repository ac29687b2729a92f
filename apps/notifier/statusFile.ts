import { rmSync } from "node:fs";
import { replaceFile } from "../../lib/replaceFile.ts";

/** How the notifier is doing. */
export interface Status {
  readonly channels: readonly ChannelStatus[];
  /** Epoch ms. */
  readonly updatedAt: number;
  /** The last failure of what all channels share that has not been resolved yet. */
  readonly lastError?: string;
}

/** How a channel is doing. */
export interface ChannelStatus {
  /** Such as `Slack`. */
  readonly name: string;
  /** Messages posted over all runs. */
  readonly posted: number;
  /** Episodes that were told and last. */
  readonly openAlerts: number;
  /** Episodes that last and are silenced. */
  readonly silenced: number;
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

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replaceFile.ts";

/** A file in a supervised server's directory: how often it was restarted. */
const FILE = ".restarts.json";

const RECENT_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 8_000;

/** How often a server has died and been restarted since its directory was created. */
export interface Restarts {
  readonly count: number;
  /** The most recent ones, epoch ms: the last one, and all within the ten minutes before it. */
  readonly times: readonly number[];
}

export function restartsOf(directory: string): Restarts {
  try {
    return JSON.parse(readFileSync(join(directory, FILE), "utf8")) as Restarts;
  } catch {
    return { count: 0, times: [] };
  }
}

/** Counts one more restart; on a full disk the count is lost, but the server runs anyway. */
export function noteRestart(directory: string, now = Date.now()): Restarts {
  const { count, times } = restartsOf(directory);
  const restarts = { count: count + 1, times: [...times.filter((time) => time > now - RECENT_MS), now] };
  try {
    replaceFile(join(directory, FILE), JSON.stringify(restarts));
  } catch {
    // The next pause will be shorter than intended.
  }
  return restarts;
}

/** How long to wait before the next restart, in ms: the more in the last ten minutes, the longer. */
export function pauseBefore({ times }: Restarts, now = Date.now()): number {
  const recent = times.filter((time) => time > now - RECENT_MS).length;
  return recent === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** (recent - 1));
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../lib/replaceFile.ts";

/** A file in a supervised server's directory: how often it was started again. */
const FILE = ".restarts.json";

const RECENT_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 30_000;

/** How often a server has died and was started again, since its directory was made. */
export interface Restarts {
  readonly count: number;
  /** The newest ones, epoch ms: the last one, and all of the last ten minutes. */
  readonly times: readonly number[];
}

export function restartsOf(directory: string): Restarts {
  try {
    return JSON.parse(readFileSync(join(directory, FILE), "utf8")) as Restarts;
  } catch {
    return { count: 0, times: [] };
  }
}

/** Counts one more; on a full disk it is forgotten again, and the server runs all the same. */
export function noteRestart(directory: string, now = Date.now()): Restarts {
  const { count, times } = restartsOf(directory);
  const restarts = { count: count + 1, times: [...times.filter((time) => time > now - RECENT_MS), now] };
  try {
    replaceFile(join(directory, FILE), JSON.stringify(restarts));
  } catch {
    // The next pause is shorter than it was to be.
  }
  return restarts;
}

/** How long to wait before the next one, in ms: the longer, the more there were in the last ten minutes. */
export function pauseBefore({ times }: Restarts, now = Date.now()): number {
  const recent = times.filter((time) => time > now - RECENT_MS).length;
  return recent === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** (recent - 1));
}

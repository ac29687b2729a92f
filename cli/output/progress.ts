import type { Progress } from "../../lib/progress.ts";
import { liveProgress } from "./liveProgress.ts";
import { plainProgress } from "./plainProgress.ts";
import type { ProgressStream } from "./progressStyle.ts";

/**
 * A live list on a terminal, plain lines elsewhere (a file, CI, TERM=dumb). It writes to standard error,
 * so that standard output holds results only.
 */
export function createProgress(stream: ProgressStream = process.stderr): Progress {
  // A pseudo-terminal without a size has 0 rows, into which a list would vanish.
  const live = stream.isTTY === true && stream.rows !== 0 && process.env.TERM !== "dumb" && !process.env.CI;
  return live ? liveProgress(stream) : plainProgress(stream);
}

import { spawnSync } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { ENDING_SIGNALS } from "../../lib/endingSignals.ts";

const SCRIPT = join(import.meta.dirname, "removeForsakenStacks.ts");

/**
 * Makes a signal end this process at once, after its stacks have been taken down. Another process does that while
 * this one is suspended; otherwise it would restart what is being ended.
 */
export function takeDownOnSignals(): void {
  for (const signal of ENDING_SIGNALS) {
    process.once(signal, () => {
      spawnSync(process.execPath, ["--import", "tsx", SCRIPT, String(process.pid)], {
        stdio: "ignore",
      });
      process.exit(128 + constants.signals[signal]);
    });
  }
  // A closed terminal accepts no more output, and that is noticed before its signal arrives.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

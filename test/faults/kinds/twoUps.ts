import { setTimeout as sleep } from "node:timers/promises";
import { lastStep } from "../lastStep.ts";
import { duringUp } from "./duringUp.ts";

/** What one of the two prints when it gives way to the other. */
const LOCKED = /Another run is working on the stack \S+ \(process \d+\)/;

/** Somebody calls `up` while another runs: one does the work, the other does nothing or reports that one is running. */
export const twoUps = duringUp("two-ups", {
  span: { from: 0, below: 12 },
  named: (seconds, change) => `two ups within ${seconds} s (${change})`,
  async happen({ stack }, seconds) {
    const first = stack.start("up");
    await sleep(seconds * 1_000);
    const second = stack.start("up");
    const results = await Promise.all([first.result, second.result]);
    for (const result of results) console.log(`  one of two ups: ${lastStep(result)}`);
    const failed = results.filter(({ code }) => code !== 0);
    const broken = failed.find(({ stderr }) => !LOCKED.test(stderr));
    if (broken !== undefined) throw new Error(`one of two ups failed: ${broken.stderr}`);
    if (failed.length > 1) throw new Error("each of two ups has given way to the other");
  },
});

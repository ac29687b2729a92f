import { setTimeout as sleep } from "node:timers/promises";
import { lastStep } from "../lastStep.ts";
import { duringUp } from "./duringUp.ts";

/** An `up` dies with everything it has started except the servers; the next one finishes the work. */
export const killedUp = duringUp("killed-up", {
  // From before the engine starts until the jobs start again.
  span: { from: 1, below: 30 },
  named: (seconds, change) => `kill -9 up after ${seconds} s (${change}), up`,
  async happen({ stack }, seconds) {
    const up = stack.start("up");
    await Promise.race([up.result, sleep(seconds * 1_000)]);
    await up.kill();
    console.log(`  the killed up: ${lastStep(await up.result)}`);
    await stack.up();
  },
});

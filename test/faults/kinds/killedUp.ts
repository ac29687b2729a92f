import { setTimeout as sleep } from "node:timers/promises";
import { nextChange } from "../change.ts";
import type { Kind } from "../fault.ts";
import { lastStep } from "../lastStep.ts";

/** From before the engine starts to when the jobs start again. */
const SECONDS = { from: 1, below: 30 };

/** An `up` dies with everything that it has started, but for the servers; the next one does what is left to do. */
export const killedUp: Kind = {
  name: "killed-up",
  next(stack, random) {
    const change = nextChange(stack, random);
    const seconds = random.between(SECONDS.from * 10, SECONDS.below * 10) / 10;
    return {
      name: `kill -9 up after ${seconds} s (${change.name}), up`,
      parts: stack.everything,
      lastsMs: 0,
      inject: () =>
        change.apply(async () => {
          const up = stack.stack.start("up");
          await Promise.race([up.result, sleep(seconds * 1_000)]);
          await up.kill();
          console.log(`  the killed up: ${lastStep(await up.result)}`);
          await stack.stack.up();
        }),
    };
  },
};

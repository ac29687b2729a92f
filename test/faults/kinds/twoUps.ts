import { setTimeout as sleep } from "node:timers/promises";
import { nextChange } from "../change.ts";
import type { Kind } from "../fault.ts";
import { lastStep } from "../lastStep.ts";

const SECONDS = { from: 0, below: 12 };
/** What one of two says that gives way to the other. */
const LOCKED = /Another run is working on the stack \w+ \(process \d+\)/;

/** Somebody calls `up` while another one runs: one does the work, the other does nothing or says that there is one. */
export const twoUps: Kind = {
  name: "two-ups",
  next(stack, random) {
    const change = nextChange(stack, random);
    const seconds = random.between(SECONDS.from * 10, SECONDS.below * 10) / 10;
    return {
      name: `two ups within ${seconds} s (${change.name})`,
      parts: stack.everything,
      lastsMs: 0,
      inject: () =>
        change.apply(async () => {
          const first = stack.stack.start("up");
          await sleep(seconds * 1_000);
          const second = stack.stack.start("up");
          const results = await Promise.all([first.result, second.result]);
          for (const result of results) console.log(`  one of two ups: ${lastStep(result)}`);
          const failed = results.filter(({ code }) => code !== 0);
          const broken = failed.find(({ stderr }) => !LOCKED.test(stderr));
          if (broken !== undefined) throw new Error(`one of two ups failed: ${broken.stderr}`);
          if (failed.length > 1) throw new Error("each of two ups has given way to the other");
        }),
    };
  },
};

import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../lib/until.ts";
import { nextChange } from "../change.ts";
import type { Kind } from "../fault.ts";
import { signalAll } from "../faultyStack.ts";
import { lastStep } from "../lastStep.ts";

const SECONDS = { from: 0, below: 20 };
/** An `up` whose engine is gone has nothing to wait for. */
const ENDS_WITHIN_MS = 60_000;

/** The engine of an `up` dies, and neither the command nor the providers; the command ends, and the next one goes on. */
export const killedEngine: Kind = {
  name: "killed-engine",
  next(stack, random) {
    const change = nextChange(stack, random);
    const seconds = random.between(SECONDS.from * 10, SECONDS.below * 10) / 10;
    return {
      name: `kill -9 the engine of up after ${seconds} s (${change.name}), up`,
      parts: stack.everything,
      lastsMs: 0,
      inject: () =>
        change.apply(async () => {
          const up = stack.stack.start("up");
          const engines = () => up.processes.filter(({ command }) => /^\S*pulumi up /.test(command));
          await until(async () => up.hasEnded || engines().length > 0, { deadline: 120_000, pollMs: 20 });
          await Promise.race([up.result, sleep(seconds * 1_000)]);
          signalAll(
            engines().map(({ pid }) => pid),
            "SIGKILL",
          );
          if (!(await until(async () => up.hasEnded, { deadline: ENDS_WITHIN_MS, pollMs: 100 }))) {
            throw new Error("the up whose engine was killed does not end");
          }
          console.log(`  the up without an engine: ${lastStep(await up.result)}`);
          await stack.stack.up();
        }),
    };
  },
};

import { setTimeout as sleep } from "node:timers/promises";
import type { CommandLineStack } from "../support/commandLineStack.ts";
import { lastStep } from "./lastStep.ts";
import type { Random } from "./random.ts";

const KILLS = 4;
const SECONDS = { from: 3, below: 18 };

/**
 * Removes a stack with `destroy`, which is killed at random moments before it may finish.
 *
 * @throws the output of a `destroy` that fails without having been killed
 */
export async function killedDestroys(stack: CommandLineStack, random: Random): Promise<void> {
  for (let kills = 0; ; kills++) {
    const destroy = stack.start("destroy");
    const seconds = random.seconds(SECONDS);
    const isKilled = kills < KILLS && !(await Promise.race([destroy.result, sleep(seconds * 1_000)]));
    if (isKilled) await destroy.kill();
    const result = await destroy.result;
    if (result.code === 0 || isGone(result.stderr)) {
      console.log(`After ${kills} killed destroys, one finished: ${lastStep(result)}`);
      return;
    }
    if (!isKilled) throw new Error(`destroy failed after ${kills} killed attempts: ${result.stderr}`);
    console.log(`Killed a destroy after ${seconds} s: ${lastStep(result)}`);
  }
}

/** A `destroy` that was killed may have had nothing left to do but report success. */
const isGone = (text: string) => /The stack \S+ is not up\./.test(text);

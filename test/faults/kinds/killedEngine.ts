import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../lib/until.ts";
import { lastStep } from "../lastStep.ts";
import { signalAll } from "../servers/processes.ts";
import { duringUp } from "./duringUp.ts";

/** An `up` whose engine is gone has nothing to wait for. */
const ENDS_WITHIN_MS = 60_000;

/** The engine of an `up` dies, but not the command or the providers. The command ends, and the next one continues. */
export const killedEngine = duringUp("killed-engine", {
  span: { from: 0, below: 20 },
  named: (seconds, change) => `kill -9 the engine of up after ${seconds} s (${change}), up`,
  async happen({ stack }, seconds) {
    const up = stack.start("up");
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
    await stack.up();
  },
});

import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../../lib/until.ts";
import type { Kind } from "../fault.ts";
import type { FaultyStack } from "../faultyStack.ts";
import { ask } from "../health.ts";

const SERVER = "flink-jobmanager";
/** The supervisor starts it, then resumes its jobs. */
const RESUMING_WITHIN_MS = 60_000;

/** The JobManager dies, and dies again while its jobs are being resumed. */
export const killAgain: Kind = {
  name: "kill-again",
  next(stack, random) {
    if (stack.servers.needsUp(SERVER)) return undefined;
    const jobs = random.between(1, 8);
    const seconds = random.seconds({ from: 0, below: 3 });
    return {
      name: `kill -9 ${SERVER}, and again ${seconds} s after it has got job ${jobs} back`,
      parts: [SERVER],
      lastsMs: 0,
      async inject() {
        await stack.servers.kill(SERVER);
        const isResuming = async () => (await jobsOf(stack)) >= jobs;
        if (!(await until(isResuming, { deadline: RESUMING_WITHIN_MS, pollMs: 20 }))) return;
        await sleep(seconds * 1_000);
        await stack.servers.kill(SERVER);
      },
    };
  },
};

/** How many jobs the JobManager knows; 0 while it does not answer. */
async function jobsOf({ stack }: FaultyStack): Promise<number> {
  try {
    const { jobs } = await ask<{ jobs: unknown[] }>(`${stack.outputs.flink.webUrl}/jobs/overview`);
    return jobs.length;
  } catch {
    return 0;
  }
}

import { removeForsakenStacks } from "../test/support/forsakenStacks.ts";
import { takeDownOnSignals } from "../test/support/takeDownOnSignals.ts";
import { TestStack } from "../test/support/testStack.ts";
import { backlog } from "./backlog.ts";
import { decoding } from "./decoding.ts";
import { detection } from "./detection.ts";
import { hosts } from "./hosts.ts";
import { latency } from "./latency.ts";
import { learnedState } from "./learnedState.ts";
import { manyCpus } from "./manyCpus.ts";
import { page } from "./page.ts";
import { peers } from "./peers.ts";
import { pipelines } from "./pipelines.ts";
import { standingStill } from "./standingStill.ts";
import { Bench, OWN_STREAMS_ONLY } from "./support/bench.ts";
import { Report } from "./support/report.ts";
import { tab } from "./tab.ts";
import { thresholds } from "./thresholds.ts";

/*
 * npm run bench: all benchmarks, on a separate stack, in about 10 minutes.
 * npm run bench -- backlog hosts: only these two.
 * npm run bench -- tab page: what the live page costs in a browser and on its server; not part of all.
 * npm run bench -- learnedState: the size of the learned state, in 10 minutes and with 8 GB of memory; not part of all.
 * npm run bench -- manyCpus: 100,000 CPUs on a whole stack, in 6 minutes and with 12 GB of memory; not part of all.
 * npm run bench -- detection: which of the generator's anomalies each rule finds; with --data <folder>, how well the
 * rule `learned` does on labelled series. Not part of all.
 */

// `hosts` comes last: it leaves a full heap behind and changes the stack's settings.
const throughput = { decoding, pipelines, backlog, thresholds, peers, hosts };
const wholeStack = { standingStill, latency };
const apart = { tab, page, learnedState, manyCpus };
const names = [throughput, wholeStack, apart].flatMap(Object.keys);

const [first, ...rest] = process.argv.slice(2);
const isDetection = first === "detection";
const chosen = isDetection ? [] : process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(", ")}; the benchmarks are ${names.join(", ")} and detection.`,
  );
  process.exit(2);
}
const isChosen = ([name]: [string, unknown]) => chosen.length === 0 || chosen.includes(name);

await removeForsakenStacks();
takeDownOnSignals();

if (isDetection) {
  await detection(rest);
  process.exit();
}

async function section(name: string, measure: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  console.log(name);
  await measure();
  console.log(`  (${Math.round((performance.now() - startedAt) / 1_000)} s)`);
}

const report = new Report();
const ofOneStack = Object.entries(throughput).filter(isChosen);
const ofOwnStacks = Object.entries(apart).filter(([name]) => chosen.includes(name));
const ofWholeStack = Object.entries(wholeStack).filter(isChosen);
const isWhole = ofWholeStack.length > 0;
try {
  if (isWhole || ofOneStack.length > 0) {
    await TestStack.with(isWhole ? { "generator.enabled": true } : OWN_STREAMS_ONLY, async (stack) => {
      for (const [name, measure] of ofWholeStack) await section(name, () => measure(stack, report));
      if (ofOneStack.length === 0) return;
      if (isWhole) {
        await stack.set(OWN_STREAMS_ONLY);
        await stack.up();
      }
      const bench = await Bench.on(stack);
      for (const [name, measure] of ofOneStack) await section(name, () => measure(bench, report));
    });
  }
  for (const [name, measure] of ofOwnStacks) await section(name, () => measure(report));
} finally {
  // Keep the measurements even if something failed afterwards.
  report.end();
}

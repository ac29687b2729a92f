import { parseArgs } from "node:util";
import { type TestHost, testHosts } from "../support/commandLineStack.ts";
import { removeForsakenStacks } from "../support/forsakenStacks.ts";
import { dockerWithEngine } from "../support/optionalParts.ts";
import { takeDownOnSignals } from "../support/takeDownOnSignals.ts";
import { fullDisk } from "./kinds/fullDisk.ts";
import { kinds, namedKinds, onDemand } from "./kinds.ts";
import { Preload } from "./preload/preload.ts";
import { run } from "./run.ts";
import { runOnSmallDisk, SmallDisk, whyNoSmallDisk } from "./smallDisk.ts";

/*
 * npm run faults -- --minutes 60 --seed 7: damages a separate stack and compares its outputs with those that its input
 * implies. It exits with 1 if a row is missing or repeated, a part does not come back, or a process is left behind.
 */

const HELP = `Usage: npm run faults -- [options]

  --minutes <number>  how long, 10 by default
  --seed <number>     what happens when; the same seed, the same faults. By default another one each time
  --rate <number>     readings per second, 1000 by default
  --stack <name>      local or docker, local by default
  --only <names>      kinds of faults, separated by commas: ${names(kinds)}; and, only if named, ${names(onDemand)}`;

function names(of: typeof kinds): string {
  return of.map(({ kind }) => kind.name).join(", ");
}

function fail(problem: string): never {
  console.error(`${problem}\n\n${HELP}`);
  process.exit(2);
}

function options() {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
      rate: { type: "string", default: "1000" },
      stack: { type: "string", default: "local" },
      only: { type: "string", default: "" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit();
  }
  return {
    minutes: number("minutes", values.minutes, 1),
    seed: number("seed", values.seed, 0),
    rate: number("rate", values.rate, 1),
    host: host(values.stack),
    only: values.only.split(",").filter(Boolean).map(known),
  };
}

function number(option: string, text: string, min: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min) {
    fail(`--${option} is ${text}; a whole number from ${min} is allowed.`);
  }
  return value;
}

function host(name: string): TestHost {
  return testHosts.find((one) => one === name) ?? fail(`--stack is ${name}; local and docker are allowed.`);
}

function known(name: string): string {
  if (!namedKinds.some(({ kind }) => kind.name === name)) fail(`There is no kind of fault "${name}".`);
  return name;
}

let chosen: ReturnType<typeof options>;
try {
  chosen = options();
} catch (error) {
  fail((error as Error).message);
}

for (const folder of await removeForsakenStacks())
  console.log(`Removed what an earlier run left in ${folder}`);
// The disk and the processes of containers are the engine's.
const onThisMachine = chosen.host === "local";
const disk = SmallDisk.here();
if (
  onThisMachine &&
  disk === undefined &&
  (chosen.only.length === 0 || chosen.only.includes(fullDisk.name))
) {
  const reason = whyNoSmallDisk();
  if (reason === undefined) process.exit(await runOnSmallDisk());
  console.log(`Skipping the fault full-disk: ${reason}`);
}
if (!onThisMachine) {
  const docker = await dockerWithEngine();
  if ("reason" in docker) {
    console.error(`No stack can run on Docker here: ${docker.reason}`);
    process.exit(1);
  }
}
takeDownOnSignals();
let preload: Preload | undefined;
try {
  if (onThisMachine) preload = await Preload.compile();
  // Also after a signal.
  process.once("exit", () => preload?.remove());
} catch (error) {
  console.log(`Skipping faults of the network and the clocks: ${(error as Error).message}`);
}
process.exit((await run(chosen, { ...(preload && { preload }), ...(disk && { disk }) })) ? 0 : 1);

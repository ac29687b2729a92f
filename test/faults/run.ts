import { workingFolders } from "../../provider/process/workingFolder.ts";
import { FaultyStack, type Means } from "./faultyStack.ts";
import { kinds } from "./kinds.ts";
import { Random } from "./random.ts";
import { taken } from "./resources.ts";
import { type RoundResult, round } from "./round.ts";
import { nextFaults, type Share } from "./schedule.ts";
import { sum } from "./verdict.ts";

export interface RunOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Readings per second. */
  readonly rate: number;
  /** Names of kinds of faults; all unless given. */
  readonly only: readonly string[];
}

/** Has one round of faults follow another on a stack of its own. @returns whether nothing was lost or repeated */
export async function run({ minutes, seed, rate, only }: RunOptions, means: Means): Promise<boolean> {
  const chosen = kinds.filter(({ kind }) => only.length === 0 || only.includes(kind.name));
  console.log(
    `Seed ${seed}, ${minutes} minutes, ${rate} readings per second. A stack of its own is started …`,
  );
  const stack = await FaultyStack.create(undefined, means);
  let results: RoundResult[] = [];
  try {
    results = await rounds(stack, chosen, { minutes, seed, rate });
  } finally {
    await stack.destroy();
  }
  const orphans = workingFolders().filter(({ path }) => path.startsWith(stack.stack.directory));
  for (const { pid, path } of orphans) console.log(`Process ${pid} is left behind; it runs in ${path}`);
  const exact = summarize(results, seed);
  return exact && orphans.length === 0;
}

async function rounds(
  stack: FaultyStack,
  chosen: readonly Share[],
  { minutes, seed, rate }: Omit<RunOptions, "only">,
): Promise<RoundResult[]> {
  const random = new Random(seed);
  const results: RoundResult[] = [];
  const endAt = Date.now() + minutes * 60_000;
  await printTaken(stack);
  let nextPrint = Date.now() + 10 * 60_000;
  while (Date.now() < endAt) {
    const result = await round(stack, nextFaults(stack, chosen, random), {
      random,
      load: new Random(seed + results.length),
      rate,
    });
    results.push(result);
    console.log(line(results.length, result));
    if (Date.now() < nextPrint) continue;
    await printTaken(stack);
    nextPrint += 10 * 60_000;
  }
  await printTaken(stack);
  return results;
}

async function printTaken(stack: FaultyStack): Promise<void> {
  const { memory, disk, logs } = await taken(stack);
  console.log(`  the stack takes ${memory} MB of memory and ${disk} MB of disk, ${logs} MB of it logs`);
}

function line(number: number, { faults, recovery, verdict, sent }: RoundResult): string {
  const { seconds, byUp } = recovery;
  return [
    `${String(number).padStart(3)}  ${faults.join(" + ")}`,
    `healthy ${byUp ? "by up" : "by itself"} after ${seconds.toFixed(1)} s`,
    `${sent} messages`,
    `${verdict.expected} rows, ${verdict.missing} missing, ${verdict.repeated} repeated`,
    ...(verdict.details === "" ? [] : [`\n${verdict.details}`]),
  ].join("; ");
}

function summarize(results: readonly RoundResult[], seed: number): boolean {
  if (results.length === 0) return false;
  const verdict = results.map((result) => result.verdict).reduce(sum);
  const faults = results.reduce((count, result) => count + result.faults.length, 0);
  const times = (byUp: boolean) =>
    results
      .filter(({ recovery }) => recovery.byUp === byUp)
      .map(({ recovery }) => recovery.seconds)
      .sort((a, b) => a - b);
  console.log(
    `\n${faults} faults in ${results.length} rounds, ${results.reduce((total, { sent }) => total + sent, 0)} messages: ` +
      `${verdict.expected} rows expected, ${verdict.missing} missing, ${verdict.repeated} repeated.\n` +
      `Healthy again by itself: ${distribution(times(false))}; by up: ${distribution(times(true))}.\n` +
      `To repeat the run: npm run faults -- --seed ${seed}`,
  );
  return verdict.missing + verdict.repeated === 0;
}

function distribution(sorted: readonly number[]): string {
  if (sorted.length === 0) return "never";
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${sorted.length} times, after ${at(0.5)} s at the median, ${at(0.9)} s in nine of ten, ${at(1)} s at most`;
}

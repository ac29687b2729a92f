import { FaultyStack, type Means } from "./faultyStack.ts";
import { keepLogs } from "./keepLogs.ts";
import { killedDestroys } from "./killedDestroys.ts";
import { kinds, namedKinds } from "./kinds.ts";
import { Random } from "./random.ts";
import { type RoundResult, round } from "./round.ts";
import { commandOf, type RunOptions } from "./runOptions.ts";
import { nextFaults, type Share } from "./schedule.ts";
import { NOTHING_TOLD, type SlackVerdict, sumOfSlack } from "./slackLedger.ts";
import { sum } from "./verdict.ts";

/** Runs one round of faults after another on a separate stack. @returns whether nothing was lost or repeated */
export async function run(options: RunOptions, means: Means): Promise<boolean> {
  const { minutes, seed, rate, only, host } = options;
  const chosen = only.length === 0 ? kinds : namedKinds.filter(({ kind }) => only.includes(kind.name));
  console.log(
    `Seed ${seed}, ${minutes} minutes, ${rate} readings per second. A stack of its own is started (${host}) …`,
  );
  const stack = await FaultyStack.create(undefined, means, host);
  const random = new Random(seed);
  const results: RoundResult[] = [];
  let clean = false;
  try {
    for await (const result of rounds(stack, chosen, { minutes, seed, rate, random })) results.push(result);
    clean = results.every(isExact);
  } catch (error) {
    console.error(error);
  } finally {
    if (!clean) await keepLogs(stack);
    await stack.destroy(() => killedDestroys(stack.stack, random));
  }
  const orphans = await stack.servers.leftovers();
  for (const orphan of orphans) console.log(`Left behind: ${orphan}`);
  summarize(results);
  console.log(`To repeat the run: ${commandOf(options)}`);
  return clean && orphans.length === 0;
}

async function* rounds(
  stack: FaultyStack,
  chosen: readonly Share[],
  { minutes, seed, rate, random }: Omit<RunOptions, "only" | "host"> & { readonly random: Random },
): AsyncGenerator<RoundResult> {
  const endAt = Date.now() + minutes * 60_000;
  await printTaken(stack);
  let nextPrint = Date.now() + 10 * 60_000;
  for (let number = 1; Date.now() < endAt; number++) {
    const load = new Random(seed + number - 1);
    const faults = nextFaults(stack, chosen, random);
    console.log(`${String(number).padStart(3)}  ${faults.map(({ name }) => name).join(" + ")} …`);
    const result = await round(stack, faults, { random, load, rate });
    console.log(line(number, result));
    yield result;
    if (Date.now() < nextPrint) continue;
    await printTaken(stack);
    nextPrint += 10 * 60_000;
  }
  await printTaken(stack);
}

async function printTaken(stack: FaultyStack): Promise<void> {
  const { memory, disk, logs } = await stack.servers.taken();
  console.log(
    `  the stack takes ${memory} MB of memory and ${disk} MB of disk, including ${logs} MB of logs`,
  );
}

function line(number: number, { faults, recovery, verdict, slack, sent }: RoundResult): string {
  const { seconds, byUp } = recovery;
  return [
    `${String(number).padStart(3)}  ${faults.join(" + ")}`,
    `healthy ${byUp ? "by up" : "by itself"} after ${seconds.toFixed(1)} s`,
    `${sent} messages`,
    `${verdict.expected} rows, ${verdict.missing} missing, ${verdict.repeated} repeated`,
    ...(slack === undefined ? [] : [`Slack: ${slackText(slack)}`]),
    ...(verdict.details === "" ? [] : [`\n${verdict.details}`]),
  ].join("; ");
}

const slackText = ({ changes, told, messages, missing, repeated, disordered }: SlackVerdict) =>
  `${changes} changes of episodes, ${told} told in ${messages} messages, ${missing} missing, ${repeated} repeated, ${disordered} out of order`;

function isExact({ verdict, slack }: RoundResult): boolean {
  const { missing, repeated, disordered } = slack ?? { missing: 0, repeated: 0, disordered: 0 };
  return verdict.missing + verdict.repeated + missing + repeated + disordered === 0;
}

function summarize(results: readonly RoundResult[]): void {
  if (results.length === 0) return;
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
      `Slack: ${slackText(results.flatMap(({ slack }) => slack ?? []).reduce(sumOfSlack, NOTHING_TOLD))}.\n` +
      `Healthy again by itself: ${distribution(times(false))}; by up: ${distribution(times(true))}.`,
  );
}

function distribution(sorted: readonly number[]): string {
  if (sorted.length === 0) return "never";
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${sorted.length} times, after ${at(0.5)} s at the median, ${at(0.9)} s in nine of ten, ${at(1)} s at most`;
}

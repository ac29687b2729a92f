import { setTimeout as sleep } from "node:timers/promises";
import { describe, difference } from "../model/compare.ts";
import type { Row } from "../model/message.ts";
import { expectedOfAll, wholeOutputNames } from "../model/outputs.ts";
import { WINDOW_MS } from "../model/watermark.ts";
import { LEARNING_RULE, type OracleStack, SILENT_AFTER_MS } from "./oracleStack.ts";
import type { RawMessage } from "./source.ts";
import { message, Stretch } from "./stretch.ts";

const DAYS = 3;
const DAY_MS = 86_400_000;
const LEARNERS = ["daily", "constant", "noisy", "stepped"];
/** After the five minutes that the flush must close. */
const FLUSH_MS = 600_000;
const STUCK_MS = 120_000;

/**
 * Days of readings, one per window, of series that have habits and deviate from them: spikes, dips, steps, leaks and
 * silences, some of which repeat.
 */
export async function daysAreLearned(oracle: OracleStack): Promise<void> {
  const stretch = new Stretch(oracle, undefined, (DAYS + 0.5) * DAY_MS);
  const { from, partitions } = stretch;
  await stretch.open();
  for (let day = 0; day < DAYS; day++) {
    const turns = Array.from({ length: DAY_MS / WINDOW_MS }, (_, turn) => day * (DAY_MS / WINDOW_MS) + turn);
    await stretch.send(turns.flatMap((turn) => readingsOf(turn, from, partitions)));
  }
  await stretch.close(from + DAYS * DAY_MS);
  await stretch.settled();
}

function readingsOf(turn: number, from: number, partitions: readonly number[]): RawMessage[] {
  const time = from + turn * WINDOW_MS;
  return LEARNERS.flatMap((hostname, index) => {
    const usage = usageOf(hostname, turn);
    if (usage === undefined) return [];
    const partition = partitions[index % partitions.length] ?? 0;
    return [message(partition, { hostname, cpu: "learner", usage, occurred_at: time + index })];
  });
}

/** In eighths, whose sums are exact in any order. */
function usageOf(hostname: string, turn: number): number | undefined {
  const hour = (turn * WINDOW_MS) / 3_600_000;
  const within = (start: number, hours: number) => hour >= start && hour < start + hours;
  const noise = ((turn * 7_919) % 41) / 8;
  const usual = {
    daily: 40 + 15 * Math.cos((hour / 12) * Math.PI),
    constant: 30,
    noisy: 20 + 3 * noise,
    stepped: hour < 40 ? 20 : 60,
  }[hostname];
  if (usual === undefined) return undefined;
  if (within(20.5, 0.25) || within(33, 0.5) || within(50, 0.25)) return hostname === "noisy" ? 99 : 2;
  if (within(55, 2))
    return hostname === "constant" ? undefined : Math.min(99, eighths(usual + 12 * (hour - 55)));
  return eighths(usual + (hostname === "constant" ? 0 : noise));
}

const eighths = (value: number) => Math.round(value * 8) / 8;

/**
 * Compares the results of `silent` and of learning with what the whole input implies. Before that, every partition of
 * the averages gets a reading with a later time, so that all five-minute windows close.
 */
export async function silenceAndLearningAreExact(oracle: OracleStack): Promise<void> {
  const stretch = new Stretch(oracle);
  await stretch.open();
  const flush = seriesByPartition(oracle).map(({ hostname, cpu }) =>
    message(0, { hostname, cpu, usage: 1, occurred_at: stretch.from + FLUSH_MS }),
  );
  await stretch.send(flush);
  await stretch.close(stretch.from + FLUSH_MS);
  await stretch.settled();
  await wholeOutputsAre(oracle);
  // They still match after a few more checkpoints.
  await sleep(2_000);
  await wholeOutputsAre(oracle);
}

/** One series of each partition of the averages. */
function seriesByPartition({ stack, reader }: OracleStack): { hostname: string; cpu: string }[] {
  const place = stack.outputs.results.aggregate;
  if (place === undefined || !("topic" in place)) throw new Error("there are no averages");
  const records = reader.records(place.topic);
  const newest = new Map(records.map(({ partition, key }) => [partition, String(key)]));
  return [...newest.values()].map((key) => JSON.parse(key) as { hostname: string; cpu: string });
}

async function wholeOutputsAre(oracle: OracleStack): Promise<void> {
  const input = await oracle.input([]);
  const { barriers, idle } = oracle;
  const { undecided, ...expected } = expectedOfAll({
    input,
    barriers,
    idle,
    learningRule: LEARNING_RULE,
    silentAfterMs: SILENT_AFTER_MS,
  });
  if (undecided.size > 0)
    console.log(`The input does not determine the silences of ${undecided.size} series.`);
  const giveUpAt = Date.now() + STUCK_MS;
  for (;;) {
    const actual = await oracle.committedWholeOutputs();
    actual.silent = actual.silent.filter(({ key }) => !undecided.has(String(key)));
    const differences = wholeOutputNames.flatMap((name) => {
      const differs = difference(expected[name], actual[name]);
      return differs === undefined ? [] : [describe(name, differs)];
    });
    const misplaced = outOfOrder(actual.expect);
    if (misplaced !== undefined) throw new Error(`expect has a row behind later ones: ${misplaced}`);
    if (differences.length === 0) {
      const counts = wholeOutputNames.map((name) => `${expected[name].length} rows of ${name}`);
      console.log(`The same as the model: ${counts.join(", ")}.`);
      return;
    }
    if (Date.now() > giveUpAt) throw new Error(differences.join("\n"));
    await sleep(1_000);
  }
}

/** A row that comes after a later one of its series in the same partition; readers rely on the order. */
function outOfOrder(rows: readonly Row[]): string | undefined {
  const newest = new Map<string, string>();
  for (const { hostname, cpu, window_start } of rows) {
    const series = `${hostname}/${cpu}`;
    const time = String(window_start);
    if (time <= (newest.get(series) ?? "")) return `${series} ${time}`;
    newest.set(series, time);
  }
  return undefined;
}

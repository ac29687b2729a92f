import * as v from "valibot";
import { UsageError } from "../../lib/userError.ts";
import {
  count,
  duration,
  file,
  names,
  rate,
  seed,
  time,
  topic,
  wholeNumber,
} from "../shared/optionValues.ts";
import { type OptionProblem, problemsText, readOptions } from "../shared/readOptions.ts";
import { DEFAULT_HOSTS } from "./profiles.ts";
import { MOST_PER_DAY } from "./series.ts";

/** What to generate. All times in milliseconds. */
export interface GeneratorOptions {
  /** Messages per second over all series. */
  readonly rate: number;
  readonly hosts: readonly string[];
  readonly cpus: readonly string[];
  readonly seed: number;
  /** Event time of the first turn, epoch ms. */
  readonly start: number;
  /** How far before now `start` was set, and how far back a restart may go at most; 0 for not at all. */
  readonly backfill: number;
  /** How much of the past before `start` is sent first, as one reading per series every 30 s; 0 for none. */
  readonly history: number;
  /** How many anomalies a series has per day; 0 for none. */
  readonly anomaliesPerDay: number;
  /** How long after `start` the first cpu of each host has the most anomalies possible; 0 for not at all. */
  readonly opening: number;
  /** Length of the stretch in event time; never together with `count`. */
  readonly duration?: number;
  /** Number of messages; never together with `duration`. */
  readonly count?: number;
  /** File for the anomalies of the stretch, as JSON lines. */
  readonly labels?: string;
  readonly topic: string;
  /** File that remembers how far the generator got. */
  readonly progressFile?: string;
}

/** The options as given on a command line or in a JSON file: numbers and lists may be text. */
export type RawGeneratorOptions = Readonly<Partial<Record<keyof GeneratorOptions, unknown>>>;

/** Lists every invalid option: its name, its value, and what is allowed. */
export class GeneratorOptionsError extends UsageError {
  override readonly name = "GeneratorOptionsError";

  constructor(readonly problems: readonly OptionProblem[]) {
    super(problemsText("generator", problems));
  }
}

/**
 * Validates raw options and fills in the defaults. Null and undefined mean that an option is not given.
 *
 * @param now epoch ms; the default start, and the time that `backfill` counts back from
 * @throws GeneratorOptionsError naming all bad values at once
 */
export function parseGeneratorOptions(raw: RawGeneratorOptions, now: number = Date.now()): GeneratorOptions {
  const entries = {
    rate: v.optional(rate, 35),
    hosts: v.optional(names, [...DEFAULT_HOSTS]),
    cpus: v.optional(names, ["cpu1", "cpu2", "cpu3", "cpu4", "cpu5"]),
    seed: v.optional(seed, 1),
    start: v.exactOptional(time),
    backfill: v.optional(duration(0, now), "0s"),
    history: v.optional(duration(0, now), "0s"),
    anomaliesPerDay: v.optional(wholeNumber(0, MOST_PER_DAY), MOST_PER_DAY),
    opening: v.optional(duration(0, now), "0s"),
    duration: v.exactOptional(duration(1, Number.MAX_SAFE_INTEGER)),
    count: v.exactOptional(count),
    labels: v.exactOptional(file),
    topic: v.optional(topic, "cpu_load_stats_real"),
    progressFile: v.exactOptional(file),
  };
  const result = readOptions(entries, raw, (given) => [
    ...together("count", "duration", given),
    ...together("backfill", "start", given),
  ]);
  if ("problems" in result) throw new GeneratorOptionsError(result.problems);
  const { options } = result;
  return { ...options, start: options.start ?? now - options.backfill };
}

function together(name: string, other: string, given: Readonly<Record<string, unknown>>): OptionProblem[] {
  if (!(name in given) || !(other in given)) return [];
  return [{ name, value: given[name], allowed: `only without ${other}` }];
}

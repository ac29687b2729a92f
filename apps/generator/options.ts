import { DURATION_FORMAT } from "../../lib/duration.ts";
import { UserError } from "../../lib/userError.ts";
import { durationOf, integerOf, namesOf, rateOf, textOf, timeOf, topicOf } from "../shared/optionValues.ts";
import { DEFAULT_HOSTS } from "./profiles.ts";

/** What to generate. All times in milliseconds. */
export interface GeneratorOptions {
  /** Messages per second over all series. */
  readonly rate: number;
  readonly hosts: readonly string[];
  readonly cpus: readonly string[];
  readonly seed: number;
  /** Event time of the first turn, epoch ms. */
  readonly start: number;
  /** How far before now `start` was put, and how far back a restart may go at most; 0 for not at all. */
  readonly backfill: number;
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

/** The options as they come from a command line or a JSON file: numbers and lists may be text. */
export type RawGeneratorOptions = Readonly<Partial<Record<keyof GeneratorOptions, unknown>>>;

/** One option that is not allowed as it is. */
export interface OptionProblem {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** Says of every bad option its name, its value and what is allowed. */
export class GeneratorOptionsError extends UserError {
  readonly problems: readonly OptionProblem[];

  constructor(problems: readonly OptionProblem[]) {
    const lines = problems.map(
      ({ name, value, allowed }) => `  ${name}: ${show(value)}; allowed: ${allowed}`,
    );
    super(["The generator cannot run with these options:", ...lines].join("\n"));
    this.name = "GeneratorOptionsError";
    this.problems = problems;
  }
}

const NAMES = "a list of different names of letters, digits, '.', '_' and '-', at most 64 characters each";
const LONGEST = Number.MAX_SAFE_INTEGER;
const OPTION_NAMES = new Set(
  "rate hosts cpus seed start backfill duration count labels topic progressFile".split(" "),
);

/**
 * Validates raw options and fills in the defaults. Null and undefined mean that an option is not given.
 *
 * @param now epoch ms; the default start, and what `backfill` counts back from
 * @throws GeneratorOptionsError naming all bad values at once
 */
export function parseGeneratorOptions(raw: RawGeneratorOptions, now: number = Date.now()): GeneratorOptions {
  const problems: OptionProblem[] = [];
  const given = new Map(Object.entries(raw).filter(([, value]) => value !== undefined && value !== null));

  function read<T>(
    name: keyof GeneratorOptions,
    reader: (value: unknown) => T | undefined,
    allowed: string,
  ): T | undefined {
    const value = given.get(name);
    if (value === undefined) return undefined;
    const result = reader(value);
    if (result === undefined) problems.push({ name, value, allowed });
    return result;
  }
  function refuseTogether(name: keyof GeneratorOptions, other: keyof GeneratorOptions): void {
    if (!given.has(name) || !given.has(other)) return;
    problems.push({ name, value: given.get(name), allowed: `only without ${other}` });
  }

  for (const [name, value] of given) {
    if (!OPTION_NAMES.has(name)) problems.push({ name, value, allowed: [...OPTION_NAMES].join(", ") });
  }
  refuseTogether("count", "duration");
  refuseTogether("backfill", "start");
  const rate = read("rate", rateOf, "a number over 0, at most 100000");
  const hosts = read("hosts", namesOf, NAMES);
  const cpus = read("cpus", namesOf, NAMES);
  const seed = read("seed", (value) => integerOf(value, Number.MIN_SAFE_INTEGER), "an integer");
  const start = read("start", timeOf, "an ISO time with a zone (2026-01-01T00:00:00Z) or epoch ms");
  const backfill = read("backfill", (value) => durationOf(value, 0, now), DURATION_FORMAT) ?? 0;
  const duration = read("duration", (value) => durationOf(value, 1, LONGEST), DURATION_FORMAT);
  const count = read("count", (value) => integerOf(value, 1), "an integer of at least 1");
  const labels = read("labels", textOf, "a file name");
  const topic = read("topic", topicOf, "1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'");
  const progressFile = read("progressFile", textOf, "a file name");
  if (problems.length > 0) throw new GeneratorOptionsError(problems);

  return {
    rate: rate ?? 35,
    hosts: hosts ?? DEFAULT_HOSTS,
    cpus: cpus ?? ["cpu1", "cpu2", "cpu3", "cpu4", "cpu5"],
    seed: seed ?? 1,
    start: start ?? now - backfill,
    backfill,
    topic: topic ?? "cpu_load_stats_real",
    ...(duration === undefined ? {} : { duration }),
    ...(count === undefined ? {} : { count }),
    ...(labels === undefined ? {} : { labels }),
    ...(progressFile === undefined ? {} : { progressFile }),
  };
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

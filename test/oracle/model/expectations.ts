import { groupBy } from "../../../lib/groupBy.ts";
import { RunningSums } from "./runningSums.ts";
import { seriesKey } from "./windows.ts";

/** The settings `learned.*` that decide what is unusual. */
export interface LearningRule {
  readonly widths: number;
  /** Percent of the expected value. */
  readonly relative: number;
  readonly points: number;
  readonly memoryDays: number;
  readonly repeats: number;
}

/** Average and highest reading of one series in the five minutes from `start` (epoch ms). */
export interface FiveMinutes {
  readonly hostname: string;
  readonly cpu: string;
  readonly start: number;
  readonly average: number;
  readonly peak: number;
}

export type Kind = "spike" | "dip" | "level shift" | "never seen";

/** The expected value of an average or a peak, and whether it is unusual. */
export interface Judgement {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  readonly score: number;
  readonly kind: Kind | null;
  readonly seen: number | null;
}

/** The result of the pipeline `expect` for five minutes; the judgements are undefined while it learns. */
export interface Expectation extends FiveMinutes {
  readonly history: number;
  readonly judged?: Judgement | undefined;
  readonly judgedPeak?: Judgement | undefined;
}

export const FIVE_MINUTES_MS = 300_000;
const EPOCH_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LATEST = 6;
const LEARNING_ROWS = 36;

/** The expectation of each row, series by series, each in time order. */
export function expectations(rows: readonly FiveMinutes[], rule: LearningRule): Expectation[] {
  return [...groupBy(rows, seriesKey).values()].flatMap((series) => {
    const [averages, peaks] = [new Learner(rule), new Learner(rule)];
    return series
      .toSorted((a, b) => a.start - b.start)
      .map((row) => ({
        ...row,
        ...averages.next(row.start, row.average),
        judgedPeak: peaks.next(row.start, row.peak).judged,
      }));
  });
}

/** What was learned about the averages, or the peaks, of one series. */
class Learner {
  readonly #levels = new RunningSums();
  readonly #habits = new RunningSums();
  readonly #errors = new RunningSums();
  readonly #deviations = new RunningSums();
  readonly #beginnings = new RunningSums();
  readonly #hourly = new RunningSums();
  #latest: (number | undefined)[] = [];
  #classBefore: number | undefined;

  constructor(private readonly rule: LearningRule) {}

  next(start: number, actual: number): Pick<Expectation, "history" | "judged"> {
    const age = Math.trunc((start - EPOCH_MS) / 1_000) / ((this.rule.memoryDays * DAY_MS) / 1_000);
    const era = Math.floor(age / 1300);
    const weight = Math.exp(age - 1300 * era - 650);
    const hour = Math.floor(start / HOUR_MS) % 24;
    const halfHour = Math.floor(start / (HOUR_MS / 2)) % 48;

    const level = this.#levels.before(`${era}`, weight * actual, weight);
    const habit = this.#habits.before(`${era} ${halfHour}`, weight * actual, weight);
    const history = level.weight / weight;
    const normal =
      level.weight === 0
        ? undefined
        : (habit.sum + 6 * weight * (level.sum / level.weight)) / (habit.weight + 6 * weight);
    const deviation = normal === undefined ? undefined : actual - normal;
    const drift = meanOf(this.#latest);
    this.#latest = [...this.#latest, deviation].slice(-LATEST);
    // A load below 0 cannot be expected.
    const expected = normal === undefined || drift === undefined ? undefined : Math.max(normal + drift, 0);
    const error = expected === undefined ? undefined : actual - expected;

    const usualError = rootMeanSquare(this.#errors, `${era}`, error, weight);
    const usualDeviation = rootMeanSquare(this.#deviations, `${era}`, deviation, weight);
    const size = error === undefined || usualError === undefined ? undefined : classOf(error, usualError);
    const beginning = size !== undefined && size === this.#classBefore ? 0 : weight;
    this.#classBefore = size;
    const seen = this.#beginnings.before(`${era} ${size}`, beginning, beginning).sum / weight;
    const hourly = this.#hourly.before(`${era} ${size} ${hour}`, beginning, beginning).sum / weight;
    if (
      history < LEARNING_ROWS ||
      normal === undefined ||
      deviation === undefined ||
      drift === undefined ||
      expected === undefined ||
      error === undefined ||
      usualError === undefined ||
      usualDeviation === undefined
    ) {
      return { history };
    }

    const { widths, relative, points, repeats } = this.rule;
    const width = Math.max(widths * usualError, (relative * Math.abs(expected)) / 100, points);
    const normalWidth = Math.max(widths * usualDeviation, (relative * Math.abs(normal)) / 100, points);
    const isFar = Math.abs(error) > width && Math.abs(deviation) > Math.abs(error) / 4;
    const hasJumped = isFar && seen < repeats && hourly < 1;
    const hasShifted = Math.abs(drift) > normalWidth && Math.abs(deviation) > normalWidth;
    const isShift = hasShifted && !hasJumped;
    const center = isShift ? normal : expected;
    const halfWidth = isShift ? normalWidth : width;
    return {
      history,
      judged: {
        expected: center,
        lower: center - halfWidth,
        upper: center + halfWidth,
        score: Math.abs(actual - center) / halfWidth,
        kind: hasJumped ? jumpKind(seen, error) : hasShifted ? "level shift" : null,
        seen: Math.abs(error) > width ? seen : null,
      },
    };
  }
}

function jumpKind(seen: number, error: number): Kind {
  if (seen < 0.1) return "never seen";
  return error > 0 ? "spike" : "dip";
}

/** Direction and size of an error; each size is twice the previous one. */
function classOf(error: number, usual: number): number {
  const doublings = Math.floor(Math.log(Math.max(Math.abs(error) / usual, 1)) / Math.log(2));
  return Math.sign(error) * Math.max(doublings, 1);
}

function rootMeanSquare(
  sums: RunningSums,
  key: string,
  value: number | undefined,
  weight: number,
): number | undefined {
  const before =
    value === undefined ? sums.before(key, 0, 0) : sums.before(key, weight * value * value, weight);
  if (before.weight === 0) return undefined;
  return Math.max(Math.sqrt(Math.max(before.sum, 0) / before.weight), 1e-9);
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

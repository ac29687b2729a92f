import { groupBy } from "../../../lib/groupBy.ts";
import { type Expectation, FIVE_MINUTES_MS, type Judgement } from "./expectations.ts";
import type { Row } from "./message.ts";
import { flinkTime } from "./time.ts";
import { seriesKey } from "./windows.ts";

const ENDS_AFTER_MS = 3 * 3_600_000;
const DAY_MS = 86_400_000;

/** The rows of `cpu_expected`. */
export function expectationRow(row: Expectation): Row {
  const { average, history, judged, peak, judgedPeak } = row;
  return {
    ...windowOf(row),
    actual: average,
    ...judgement(judged),
    seen: judged?.seen ?? null,
    history,
    peak,
    ...Object.fromEntries(
      Object.entries(judgement(judgedPeak)).map(([name, value]) => [`peak_${name}`, value]),
    ),
  };
}

const windowOf = ({ hostname, cpu, start }: Expectation) => ({
  window_start: flinkTime(start),
  window_end: flinkTime(start + FIVE_MINUTES_MS),
  hostname,
  cpu,
});

const judgement = (judged: Judgement | undefined) => ({
  expected: judged?.expected ?? null,
  lower: judged?.lower ?? null,
  upper: judged?.upper ?? null,
  score: judged?.score ?? null,
  kind: judged?.kind ?? null,
});

/** A message of the rule `learned`, with `#` in place of its numbers. */
export const withoutNumbers = (message: string) => message.replace(/-?\d+(\.\d+)?(?= (to|times|%))/g, "#");

/** The rows of the rule `learned`; their messages do not contain the numbers. */
export function learnedAlerts(expectations: readonly Expectation[]): Row[] {
  return [...groupBy(expectations, seriesKey).values()].flatMap((series) => {
    let episode: { since: number; rows: number } | undefined;
    let unusualAt: number | undefined;
    return series
      .toSorted((a, b) => a.start - b.start)
      .flatMap((row) => {
        const isUnusual = isKnown(row.judged?.kind) || isKnown(row.judgedPeak?.kind);
        const before = unusualAt;
        if (isUnusual) unusualAt = row.start;
        const fires = unusualAt !== undefined && row.start - unusualAt < ENDS_AFTER_MS;
        if (episode === undefined) {
          if (!fires) return [];
          episode = { since: row.start, rows: 1 };
          return [alertRow(row, "raised", episode)];
        }
        episode.rows++;
        const told = episode;
        if (!fires) {
          episode = undefined;
          return [alertRow(row, "cleared", told)];
        }
        const days = (time: number) => Math.trunc((time - told.since) / DAY_MS);
        const isDue = isUnusual && before !== undefined && days(row.start) > days(before);
        return isDue ? [alertRow(row, "still", told)] : [];
      });
  });
}

function alertRow(
  row: Expectation,
  event: "raised" | "still" | "cleared",
  { since, rows }: { readonly since: number; readonly rows: number },
): Row {
  const isPeak = !isKnown(row.judged?.kind) && isKnown(row.judgedPeak?.kind);
  const judged = isPeak ? row.judgedPeak : row.judged;
  const load = isPeak ? "# % at its peak" : "# % on average";
  const usually = judged === undefined ? "" : ", usually # to # %";
  return {
    ...windowOf(row),
    actual: isPeak ? row.peak : row.average,
    ...judgement(judged),
    key: `${row.hostname}/${row.cpu}`,
    rule: "learned",
    event,
    threshold: null,
    since: flinkTime(since),
    windows: rows,
    message: `${row.hostname}/${row.cpu} ${says(row, event, isPeak)}: ${load}${usually}`,
  };
}

function says(row: Expectation, event: "raised" | "still" | "cleared", isPeak: boolean): string {
  const [actual, judged] = isPeak ? [row.peak, row.judgedPeak] : [row.average, row.judged];
  if (event === "cleared" || judged === undefined) return "has not been unusual for 3 h";
  const verb = isPeak ? (event === "still" ? "still peaks" : "peaks") : event === "still" ? "is still" : "is";
  return `${verb} ${comparison(actual, judged.expected, isPeak ? "peak" : "load")}`;
}

function comparison(actual: number, expected: number, what: string): string {
  if (actual < expected) return "lower than usual";
  if (actual < 1.5 * expected || expected < 1) return "higher than usual";
  return `at # times its usual ${what}`;
}

const isKnown = (kind: string | null | undefined) => kind !== undefined && kind !== null;

import { groupBy } from "../../../lib/groupBy.ts";
import type { Row } from "./message.ts";

/** The last digits of averages of doubles depend on the order of addition; everything else is exact. */
const AVERAGES = [
  "usage_avg",
  "usage_first",
  "usage_last",
  "actual",
  "expected",
  "lower",
  "upper",
  "score",
  "seen",
  "history",
  "peak_expected",
  "peak_lower",
  "peak_upper",
  "peak_score",
];
const TOLERANCE = 1e-9;

/** How two multisets of rows differ. */
export interface Difference {
  /** Expected but missing. */
  readonly missing: Row[];
  /** Present but not expected. */
  readonly unexpected: Row[];
}

/** Compares rows as multisets; undefined if they are the same. */
export function difference(expected: readonly Row[], actual: readonly Row[]): Difference | undefined {
  const expectedByKey = groupBy(expected, exactPart);
  const actualByKey = groupBy(actual, exactPart);
  const missing: Row[] = [];
  const unexpected: Row[] = [];
  for (const key of new Set([...expectedByKey.keys(), ...actualByKey.keys()])) {
    const wanted = (expectedByKey.get(key) ?? []).toSorted(byAverages);
    const got = (actualByKey.get(key) ?? []).toSorted(byAverages);
    if (wanted.length === got.length && wanted.every((row, index) => near(row, got[index] ?? {}))) continue;
    missing.push(...wanted);
    unexpected.push(...got);
  }
  return missing.length + unexpected.length > 0 ? { missing, unexpected } : undefined;
}

/** The difference in words, with its first rows. */
export function describe(name: string, { missing, unexpected }: Difference, shown = 8): string {
  const lines = (title: string, rows: readonly Row[]) => [
    ...(rows.length > 0 ? [`  ${title}: ${rows.length}`] : []),
    ...rows.slice(0, shown).map((row) => `    ${JSON.stringify(row).slice(0, 250)}`),
    ...(rows.length > shown ? ["    …"] : []),
  ];
  return [`${name}:`, ...lines("missing", missing), ...lines("unexpected", unexpected)].join("\n");
}

function exactPart(row: Row): string {
  const exact = Object.entries(row).map(([key, value]) => [key, AVERAGES.includes(key) ? "about" : value]);
  return JSON.stringify(exact.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

const averagesOf = (row: Row) => AVERAGES.flatMap((key) => (key in row ? [row[key]] : []));

function byAverages(a: Row, b: Row): number {
  const others = averagesOf(b);
  const differences = averagesOf(a).map((value, index) => Number(value) - Number(others[index]));
  return differences.find((by) => by !== 0) ?? 0;
}

function near(a: Row, b: Row): boolean {
  const others = averagesOf(b);
  return averagesOf(a).every((value, index) => {
    const other = others[index];
    if (typeof value !== "number" || typeof other !== "number") return value === other;
    return Math.abs(value - other) <= TOLERANCE * Math.max(Math.abs(value), Math.abs(other), 1);
  });
}

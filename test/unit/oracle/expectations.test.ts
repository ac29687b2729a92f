import { describe, expect, it } from "vitest";
import {
  type Expectation,
  expectations,
  FIVE_MINUTES_MS,
  type LearningRule,
} from "../../oracle/model/expectations.ts";
import { learnedAlerts } from "../../oracle/model/learned.ts";

const RULE: LearningRule = { widths: 5, relative: 20, points: 2, memoryDays: 4, repeats: 5 };
const START = Date.UTC(2026, 10, 2);
const HOUR = 3_600_000;
const ROWS_A_DAY = 288;

/**
 * What is expected for days of a load that is a function of the hour since the start; undefined is silence. The highest
 * reading is the average unless given.
 */
function expected(
  days: number,
  loadAt: (hour: number) => number | undefined,
  start = START,
  peakAt: (hour: number) => number | undefined = loadAt,
): Expectation[] {
  const rows = Array.from({ length: days * ROWS_A_DAY }, (_, index) => {
    const hour = (index * FIVE_MINUTES_MS) / HOUR;
    const at = start + index * FIVE_MINUTES_MS;
    return { hostname: "doc", cpu: "cpu1", start: at, average: loadAt(hour), peak: peakAt(hour) };
  });
  return expectations(
    rows.flatMap(({ average, peak, ...row }) =>
      average === undefined || peak === undefined ? [] : [{ ...row, average, peak }],
    ),
    RULE,
  );
}

/** A number from -1 to 1 that looks random. */
const noise = (hour: number) => Math.sin(hour * 1_234.5678) * Math.cos(hour * 777.77);

/** The hours at which alerts begin. */
const raised = (rows: readonly Expectation[], start = START) =>
  learnedAlerts(rows)
    .filter(({ event }) => event === "raised")
    .map(({ since }) => (Date.parse(`${String(since).replace(" ", "T")}Z`) - start) / HOUR);

const kindsOf = (rows: readonly Expectation[]) => new Set(rows.flatMap(({ judged }) => judged?.kind ?? []));

describe("what is learned", () => {
  it("flags nothing in the first three hours, and shows how much history there is", () => {
    const rows = expected(1, (hour) => (hour < 2 ? 20 : 95));
    const learning = rows.filter(({ judged }) => judged === undefined);
    expect(learning).toHaveLength(37);
    for (const [index, { history }] of learning.entries()) {
      expect(history).toBeGreaterThan(index * 0.97 - 0.01);
      expect(history).toBeLessThanOrEqual(index);
    }
  });

  it("is a band around the usual load at that time of day", () => {
    const rows = expected(7, (hour) => 40 + 20 * Math.cos((hour / 12) * Math.PI) + noise(hour));
    expect(raised(rows)).toEqual([]);
    for (const { average, judged } of rows.slice(-ROWS_A_DAY)) {
      expect(judged?.lower).toBeLessThan(average);
      expect(judged?.upper).toBeGreaterThan(average);
      expect(judged?.score).toBeLessThan(1);
    }
  });

  it.each([0, 40, 100])("flags nothing in a constant %d", (load) => {
    expect(raised(expected(4, () => load))).toEqual([]);
  });

  it("flags nothing in noise on an idle machine", () => {
    expect(raised(expected(7, (hour) => 1.15 + 0.85 * noise(hour)))).toEqual([]);
  });

  it("flags two hours of an unusual load once", () => {
    const rows = expected(7, (hour) => (hour >= 130 && hour < 132 ? 80 : 30 + noise(hour)));
    expect(raised(rows)).toEqual([130]);
    expect(kindsOf(rows)).toContain("never seen");
  });

  it("accepts a step as the new normal, after one alert", () => {
    const rows = expected(10, (hour) => (hour < 100 ? 30 : 55) + noise(hour));
    expect(raised(rows)).toEqual([100]);
  });

  it("detects a fall to nothing, and a slow leak as a level shift", () => {
    const fall = expected(6, (hour) => (hour >= 100 && hour < 106 ? 0 : 40 + noise(hour)));
    expect(raised(fall)).toEqual([100]);
    const leak = expected(6, (hour) => 30 + noise(hour) + Math.max(0, hour - 100) * 2);
    expect(raised(leak)).toHaveLength(1);
    expect(kindsOf(leak)).toEqual(new Set(["level shift"]));
  });

  it("treats hourly events as usual, and nightly events after some nights", () => {
    const hourly = expected(7, (hour) => (hour % 1 < 0.08 ? 60 : 20 + noise(hour)));
    expect(raised(hourly)).toEqual([]);
    const nightly = raised(
      expected(14, (hour) => (hour % 24 >= 3 && hour % 24 < 3.5 ? 90 : 20 + noise(hour))),
    );
    expect(nightly.length).toBeGreaterThan(0);
    expect(Math.max(...nightly)).toBeLessThan(5 * 24);
  });

  it("learns from scratch after a gap that is longer than its memory", () => {
    const end = 20 * 24;
    const rows = expected(22, (hour) => (hour >= 24 && hour < end ? undefined : hour < 24 ? 20 : 70));
    const after = rows.filter(({ start }) => start >= START + end * HOUR);
    expect(after.filter(({ judged }) => judged === undefined).length).toBeGreaterThan(30);
    expect(raised(rows)).toEqual([]);
  });

  it.each([1971, 2014, 2033, 2040, 2090])("is finite in %d", (year) => {
    const start = Date.UTC(year, 0, 1);
    const rows = expected(3, (hour) => (hour === 60 ? 95 : 30 + noise(hour)), start);
    expect(raised(rows, start)).toEqual([60]);
    for (const { judged } of rows) {
      if (judged !== undefined) expect(Object.values(judged).filter(Number.isNaN)).toEqual([]);
      expect(judged?.score ?? 0).toBeLessThan(100);
    }
  });

  it("detects a spike of seconds by its peak alone, and shows that", () => {
    const spike = 60 + 1 / 12;
    const rows = expected(
      4,
      (hour) => 30 + noise(hour),
      START,
      (hour) => (Math.abs(hour - spike) < 0.01 ? 95 : 33 + noise(hour)),
    );
    expect(kindsOf(rows)).toEqual(new Set());
    expect(learnedAlerts(rows)).toMatchObject([
      {
        event: "raised",
        actual: 95,
        kind: "never seen",
        message: expect.stringMatching(/ peaks at # times /),
      },
      { event: "cleared", message: expect.stringContaining("on average") },
    ]);
  });

  it("starts from scratch when an era of the weights ends, and flags nothing then", () => {
    // 1300 times 4 days after the start of 2026.
    const border = Date.UTC(2026, 0, 1) + 1300 * 4 * 24 * HOUR;
    const start = border - 48 * HOUR;
    const rows = expected(4, (hour) => 30 + noise(hour), start);
    expect(raised(rows, start)).toEqual([]);
    const after = rows.filter(({ start: at }) => at >= border);
    expect(after.findIndex(({ judged }) => judged !== undefined)).toBe(37);
  });
});

describe("an episode of what is learned", () => {
  const row = (index: number, isUnusual: boolean): Expectation => ({
    hostname: "doc",
    cpu: "cpu1",
    start: START + index * FIVE_MINUTES_MS,
    average: 80,
    peak: 80,
    history: 500,
    judged: { expected: 30, lower: 25, upper: 35, score: 10, kind: isUnusual ? "spike" : null, seen: 0 },
  });
  /** What is reported if these rows are unusual, with the number of the row. */
  const told = (unusual: readonly number[], count: number) =>
    learnedAlerts(Array.from({ length: count }, (_, index) => row(index, unusual.includes(index)))).map(
      ({ event, window_start, windows }) =>
        `${event} ${(Date.parse(`${String(window_start).replace(" ", "T")}Z`) - START) / FIVE_MINUTES_MS}, ${windows}`,
    );

  it("ends three hours after the last unusual row", () => {
    expect(told([2], 60)).toEqual(["raised 2, 1", "cleared 38, 37"]);
  });

  it("includes rows with up to three hours between them", () => {
    expect(told([2, 37, 72], 120)).toEqual(["raised 2, 1", "cleared 108, 107"]);
    expect(told([2, 39], 100)).toEqual(["raised 2, 1", "cleared 38, 37", "raised 39, 1", "cleared 75, 37"]);
  });

  it("is reported again after each day, with the next unusual row", () => {
    const each20 = Array.from({ length: 40 }, (_, index) => index * 20);
    expect(told(each20, 800)).toEqual(["raised 0, 1", "still 300, 301", "still 580, 581"]);
  });
});

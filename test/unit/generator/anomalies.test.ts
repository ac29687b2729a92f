import { describe, expect, test } from "vitest";
import { ANOMALY_KINDS, type AnomalyKind, anomaliesBetween } from "../../../apps/generator/anomalies.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { readings } from "../../../apps/generator/readings.ts";
import { allSeries, type Series } from "../../../apps/generator/series.ts";
import { healthyLevel, usageAt } from "../../../apps/generator/signal.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const MINUTE = 60_000;
const SERIES = allSeries(parseGeneratorOptions({}));

function labelled(kind: AnomalyKind, series: Series) {
  return anomaliesBetween(series, START, START + 240 * MINUTE).filter((anomaly) => anomaly.kind === kind);
}

/** Usage every 250 ms of [from, to). */
function usages(series: Series, from: number, to: number): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  for (let at = from; at < to; at += 250) found.push(usageAt(series, at));
  return found;
}

function average(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? Number.NaN), 0) / values.length;
}

test("there are four kinds", () => {
  expect(ANOMALY_KINDS).toEqual(["spike", "saturation", "slow-leak", "drop-out"]);
});

describe.each(SERIES.map((series) => [`${series.hostname}/${series.cpu}`, series] as const))(
  "%s",
  (_, series) => {
    const { limit } = series.profile;

    test("spike: a few seconds at 94 % or more, healthy just before and after", () => {
      const spikes = labelled("spike", series);
      expect(spikes.length).toBeGreaterThanOrEqual(4);
      for (const { from, to } of spikes) {
        expect(to - from).toBeGreaterThanOrEqual(3_000);
        expect(to - from).toBeLessThanOrEqual(8_000);
        for (const usage of usages(series, from, to)) expect(usage).toBeGreaterThan(94);
        expect(usageAt(series, from - 1)).toBeLessThan(limit);
        expect(usageAt(series, to)).toBeLessThan(limit);
      }
    });

    test("saturation: a minute or more at 94 % or more", () => {
      const saturations = labelled("saturation", series);
      expect(saturations.length).toBeGreaterThanOrEqual(4);
      for (const { from, to } of saturations) {
        expect(to - from).toBeGreaterThanOrEqual(60_000);
        expect(to - from).toBeLessThanOrEqual(100_000);
        for (const usage of usages(series, from, to)) expect(usage).toBeGreaterThan(94);
        expect(usageAt(series, from - 1)).toBeLessThan(limit);
        expect(usageAt(series, to)).toBeLessThan(limit);
      }
    });

    test("slow leak: from the healthy level over the limit, each 30 s higher than the 30 s before", () => {
      const leaks = labelled("slow-leak", series);
      expect(leaks.length).toBeGreaterThanOrEqual(4);
      for (const { from, to } of leaks) {
        expect(to - from).toBeGreaterThanOrEqual(120_000);
        const windows: number[] = [];
        for (let at = from; at + 30_000 <= to; at += 30_000)
          windows.push(average(usages(series, at, at + 30_000)));
        for (const [index, value] of windows.entries()) {
          if (index > 0) expect(value).toBeGreaterThan(windows[index - 1] ?? Number.NaN);
        }
        expect(Math.abs((usageAt(series, from) ?? Number.NaN) - healthyLevel(series, from))).toBeLessThan(
          1.3,
        );
        expect(average(usages(series, to - 5_000, to))).toBeGreaterThan(limit + 0.4 * (100 - limit));
        expect(usageAt(series, to)).toBeLessThan(limit);
      }
    });

    test("drop-out: silent from the first to the last moment, and at no other time", () => {
      const dropOuts = labelled("drop-out", series);
      expect(dropOuts.length).toBeGreaterThanOrEqual(4);
      for (const { from, to } of dropOuts) {
        expect(to - from).toBeGreaterThanOrEqual(60_000);
        expect(new Set(usages(series, from, to))).toEqual(new Set([undefined]));
        expect(usageAt(series, from - 1)).toBeDefined();
        expect(usageAt(series, to)).toBeDefined();
      }
      const silent = usages(series, START, START + 240 * MINUTE).filter(
        (usage) => usage === undefined,
      ).length;
      const expected = dropOuts.reduce(
        (sum, { from, to }) => sum + Math.min(to, START + 240 * MINUTE) - Math.max(from, START),
        0,
      );
      expect(Math.abs(silent * 250 - expected)).toBeLessThan(250 * 2 * dropOuts.length);
    });

    test("usage over the limit always has a label", () => {
      const labels = anomaliesBetween(series, START, START + 120 * MINUTE);
      for (let at = START; at < START + 120 * MINUTE; at += 1_000) {
        const over = (usageAt(series, at) ?? 0) >= limit;
        if (over) expect(labels.filter(({ from, to }) => at >= from && at < to)).toHaveLength(1);
      }
    });
  },
);

test("no anomalies of a series overlap, and they cover at most 15 % of its time", () => {
  for (const series of SERIES) {
    const anomalies = anomaliesBetween(series, START, START + 7 * 24 * 60 * MINUTE);
    anomalies.forEach((anomaly, index) => {
      expect(anomaly.from).toBeGreaterThanOrEqual(anomalies[index - 1]?.to ?? 0);
    });
    const covered = anomalies.reduce((sum, { from, to }) => sum + to - from, 0);
    expect(covered / (7 * 24 * 60 * MINUTE)).toBeLessThan(0.15);
    expect(covered / (7 * 24 * 60 * MINUTE)).toBeGreaterThan(0.08);
  }
});

test("an anomaly is found by any period that overlaps it, and by no other", () => {
  const [series] = SERIES as [Series];
  const [anomaly] = labelled("saturation", series);
  if (anomaly === undefined) throw new Error("no saturation");
  expect(anomaliesBetween(series, anomaly.from, anomaly.from + 1)).toEqual([anomaly]);
  expect(anomaliesBetween(series, anomaly.to - 1, anomaly.to + MINUTE)).toEqual([anomaly]);
  expect(anomaliesBetween(series, anomaly.to, anomaly.to + 1)).toEqual([]);
  expect(anomaliesBetween(series, anomaly.from - 1, anomaly.from)).toEqual([]);
});

test.each([1, 2, 3, 4, 5, 99])("seed %i: any 10 minutes alarm in a 30 s window over 80 %%", (seed) => {
  for (let minutes = 0; minutes < 24 * 60; minutes += 360) {
    const start = START + minutes * MINUTE;
    const windows = new Map<string, { sum: number; count: number; limit: number }>();
    for (const { hostname, cpu, usage, occurredAt } of readings(
      parseGeneratorOptions({ start, duration: "10m", seed }),
    )) {
      const key = `${hostname}/${cpu}/${Math.floor(occurredAt / 30_000)}`;
      const limit = SERIES.find((series) => series.hostname === hostname)?.profile.limit ?? Number.NaN;
      const window = windows.get(key) ?? { sum: 0, count: 0, limit };
      windows.set(key, { sum: window.sum + usage, count: window.count + 1, limit });
    }
    const averages = [...windows.values()].map(({ sum, count, limit }) => ({ value: sum / count, limit }));
    expect(averages.filter(({ value, limit }) => value > limit && value > 80).length).toBeGreaterThan(2);
    expect(averages.filter(({ value, limit }) => value > limit).length).toBeLessThan(0.15 * averages.length);

    const seeded = allSeries(parseGeneratorOptions({ seed }));
    const kinds = seeded.flatMap((series) => anomaliesBetween(series, start, start + 10 * MINUTE));
    expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(4);
  }
});

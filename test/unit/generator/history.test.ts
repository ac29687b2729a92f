import { expect, test } from "vitest";
import { ANOMALY_KINDS, anomaliesBetween } from "../../../apps/generator/anomalies.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { runStart } from "../../../apps/generator/progress.ts";
import { historyReadings, keyOf } from "../../../apps/generator/readings.ts";
import { allSeries } from "../../../apps/generator/series.ts";

const NOW = Date.parse("2026-03-01T12:00:07Z");
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const OPTIONS = { backfill: "10m", history: "24h", anomaliesPerDay: 1, opening: "25m" };

const options = (raw: Record<string, unknown> = {}) => parseGeneratorOptions({ ...OPTIONS, ...raw }, NOW);

test("the history has a reading of each series in each window before the start, and no other", () => {
  const readings = [...historyReadings(options({ anomaliesPerDay: 0 }))];
  const start = NOW - 10 * MINUTE;
  const first = Math.floor((start - DAY) / 30_000) * 30_000;
  expect(readings[0]?.occurredAt).toBe(first);
  expect(readings.at(-1)?.occurredAt).toBeLessThan(start);
  const windows = new Set(readings.map((each) => `${keyOf(each)} ${Math.floor(each.occurredAt / 30_000)}`));
  expect(windows.size).toBe(readings.length);
  const times = readings.map(({ occurredAt }) => occurredAt);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const whole = ((Math.floor(start / 30_000) * 30_000 - first) / 30_000) * 35;
  expect(readings.length).toBeGreaterThanOrEqual(whole);
  expect(readings.length).toBeLessThan(whole + 35);
});

test("an interrupted history continues after the newest reading that Kafka has", () => {
  const all = [...historyReadings(options())];
  const newest = all[70_000]?.occurredAt ?? 0;
  const saved = { sent: 70_001, sentHistory: 70_001, newest, updatedAt: NOW, origin: options().start };
  const { options: resumed, historyFrom } = runStart(options(), saved, NOW + 5_000);
  expect([...historyReadings(resumed, historyFrom)]).toEqual(all.slice(70_001));
});

test("a run that is past its history has none to send", () => {
  const saved = { sent: 200_000, sentHistory: 100_000, newest: NOW, updatedAt: NOW, origin: options().start };
  expect(runStart(options(), saved, NOW + 5_000)).not.toHaveProperty("historyFrom");
  expect(runStart(options({ history: "0s" }), undefined, NOW)).not.toHaveProperty("historyFrom");
});

test("a count does not include the history, whenever the run is interrupted", () => {
  const counted = options({ count: 1_000 });
  const saved = {
    sent: 4_140,
    sentHistory: 4_140,
    newest: counted.start - 1,
    updatedAt: NOW,
    origin: counted.start,
  };
  expect(runStart(counted, saved, NOW).options.count).toBe(1_000);
  const later = { ...saved, sent: 4_340, newest: counted.start + 5_000 };
  expect(runStart(counted, later, NOW).options.count).toBe(800);
});

test.each([0, 1, 2, 7])("each series has %d anomalies a day", (anomaliesPerDay) => {
  const days = 28;
  for (const series of allSeries(options({ anomaliesPerDay, opening: "0s" }))) {
    const anomalies = anomaliesBetween(series, NOW, NOW + days * DAY);
    expect(Math.abs(anomalies.length - days * anomaliesPerDay)).toBeLessThanOrEqual(1);
    if (anomaliesPerDay > 0)
      expect(new Set(anomalies.map(({ kind }) => kind))).toEqual(new Set(ANOMALY_KINDS));
  }
});

test("after the start, one CPU of each host has an anomaly every 12 minutes for the length of the opening", () => {
  const { start } = options();
  const end = start + 25 * MINUTE;
  const opened = allSeries(options()).map((series) => ({
    cpu: series.cpu,
    count: anomaliesBetween(series, start, end).filter(({ from, to }) => from >= start && to <= end).length,
    later: anomaliesBetween(series, end, end + 4 * DAY).length,
  }));
  for (const { cpu, count, later } of opened) {
    if (cpu === "cpu1") expect([1, 2]).toContain(count);
    expect(Math.abs(later - 4)).toBeLessThanOrEqual(1);
  }
  const others = opened.filter(({ cpu }) => cpu !== "cpu1").reduce((sum, { count }) => sum + count, 0);
  expect(others).toBeLessThan(5);
});

import { describe, expect, test } from "vitest";
import { anomaliesBetween } from "../../../apps/generator/anomalies.ts";
import { DEFAULT_HOSTS, hostProfile } from "../../../apps/generator/profiles.ts";
import { seriesOf } from "../../../apps/generator/series.ts";
import { usageAt } from "../../../apps/generator/signal.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAY = 86_400_000;
const LIMITS = { doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70, sneezy: 80, dopey: 90 };
const UNKNOWN = ["web-1", "db.example.org", "a", "constructor", "__proto__"];

test("the limits of the default hosts are the default thresholds", () => {
  expect(Object.fromEntries(DEFAULT_HOSTS.map((host) => [host, hostProfile(host).limit]))).toEqual(LIMITS);
});

test("an unknown host has its own profile, derived from its name", () => {
  expect(hostProfile("web-1")).toEqual(hostProfile("web-1"));
  expect(hostProfile("web-1")).not.toEqual(hostProfile("web-2"));
  for (let i = 0; i < 500; i++) {
    const { limit, level, daily, wobble, noise } = hostProfile(`host-${i}`);
    expect(limit).toBeGreaterThanOrEqual(40);
    expect(limit).toBeLessThanOrEqual(90);
    expect(level + daily + wobble + 3 * noise).toBeLessThan(1);
    expect(level - daily - wobble - 3 * noise).toBeGreaterThan(0);
  }
});

describe.each([...DEFAULT_HOSTS, ...UNKNOWN])("%s over a day, every 2 s", (host) => {
  const series = seriesOf(1, host, "cpu1");
  const { limit } = series.profile;
  const anomalies = anomaliesBetween(series, START, START + DAY);
  const healthy: { at: number; usage: number }[] = [];
  for (let at = START; at < START + DAY; at += 2_000) {
    const usage = usageAt(series, at);
    const anomalous = anomalies.some(({ from, to }) => at >= from && at < to);
    if (!anomalous) healthy.push({ at, usage: usage ?? Number.NaN });
  }

  test("is healthy for at least 85 % of the time", () => {
    expect(healthy.length / (DAY / 2_000)).toBeGreaterThan(0.85);
    expect(anomalies.length).toBeGreaterThanOrEqual(119);
  });

  test("has all healthy readings, and thus all averages, under its limit and over 0", () => {
    const values = healthy.map(({ usage }) => usage);
    expect(values.every((usage) => usage > 0 && usage < limit)).toBe(true);
    // It is not an idle host either.
    expect(Math.max(...values)).toBeGreaterThan(0.6 * limit);
  });

  test("has a daily cycle: busier at its peak hour than half a day away from it", () => {
    const { peakHour, daily } = series.profile;
    const averageAround = (hour: number): number => {
      const near = healthy.filter(({ at }) => {
        const distance = Math.abs(((at - START) / 3_600_000 - hour + 36) % 24) - 12;
        return Math.abs(distance) < 2;
      });
      return near.reduce((sum, { usage }) => sum + usage, 0) / near.length;
    };
    const swing = averageAround(peakHour) - averageAround((peakHour + 12) % 24);
    expect(swing).toBeGreaterThan(daily * limit);
    expect(swing).toBeLessThan(2.5 * daily * limit);
  });
});

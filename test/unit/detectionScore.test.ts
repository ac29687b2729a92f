import { describe, expect, it } from "vitest";
import type { Anomaly } from "../../apps/generator/anomalies.ts";
import { foundBy, merged, type Told } from "../../bench/detection/byKind.ts";
import { findings } from "../../bench/detection/findings.ts";
import { type LabelledDays, labelsOf, messagesOf, seriesDays } from "../../bench/detection/labelledDays.ts";
import { ratesOf, score } from "../../bench/detection/score.ts";
import { flinkTime } from "../oracle/model/time.ts";

const HOUR_MS = 3_600_000;
const FIVE_MINUTES_MS = 300_000;

describe("the score of a labelled series", () => {
  const rows = Array.from({ length: 10 * 288 }, (_, index) => ({ start: index * FIVE_MINUTES_MS, value: 1 }));
  const windows = [{ from: 100 * HOUR_MS, to: 110 * HOUR_MS }];
  const scored = (...hours: number[]) =>
    score(
      { name: "a", rows, windows },
      hours.map((hour) => hour * HOUR_MS),
    );

  it("counts alerts, windows that they touch, and those that touch none, after the warm-up", () => {
    const total = scored(20, 105, 150);
    expect(total).toMatchObject({ alerts: 2, windows: 1, found: 1, falseAlerts: 1 });
    expect(ratesOf(total)).toMatchObject({ precision: 0.5, recall: 1 });
  });

  it("treats rows up to three hours apart as one alert, which is repeated after a day", () => {
    expect(scored(150, 153, 156)).toMatchObject({ alerts: 1 });
    expect(scored(150, 154)).toMatchObject({ alerts: 2 });
    expect(scored(...Array.from({ length: 30 }, (_, hour) => 150 + hour))).toMatchObject({ alerts: 2 });
  });
});

describe("what the rules find of the generator's anomalies", () => {
  const told = (from: number, to: number, cpu = "cpu1"): Told => ({ hostname: "doc", cpu, from, to });
  const label = (kind: Anomaly["kind"], from: number, to: number): Anomaly => ({
    kind,
    hostname: "doc",
    cpu: "cpu1",
    from,
    to,
    top: 99,
  });

  it("is counted by kind, if it is of the same CPU and at the same time", () => {
    const labels = [label("spike", 100, 110), label("drop-out", 500, 600)];
    const found = foundBy(labels, [told(90, 101), told(500, 600, "cpu2")], []);
    expect(found.kinds).toEqual({ spike: 1, saturation: 0, "slow-leak": 0, "drop-out": 0 });
  });

  it("includes false episodes if nothing is wrong", () => {
    const episodes = merged([told(0, 50), told(90, 101), told(103, 120), told(300, 310)], 10);
    expect(episodes).toEqual([told(0, 50), told(90, 120), told(300, 310)]);
    expect(foundBy([label("spike", 100, 110)], [], episodes).falseEpisodes).toBe(2);
  });

  it("comes from rows of cpu_alerts and cpu_expected, up to the time until which they count", () => {
    const at = (ms: number) => flinkTime(Date.UTC(2026, 0, 5) + ms);
    const of = (row: object) => ({ hostname: "doc", cpu: "cpu1", ...row });
    const alerts = [
      of({ rule: "silent", event: "raised", since: at(0), window_end: at(60) }),
      of({ rule: "silent", event: "cleared", since: at(0), window_end: at(90) }),
      of({ rule: "threshold", event: "raised", since: at(200), window_end: at(230) }),
      of({ rule: "threshold", event: "raised", since: at(5_000), window_end: at(5_030) }),
    ];
    const expected = [
      of({ kind: null, peak_kind: "spike", window_start: at(0), window_end: at(300) }),
      of({ kind: null, peak_kind: null, window_start: at(300), window_end: at(600) }),
    ];
    const start = Date.UTC(2026, 0, 5);
    const labels = [label("drop-out", start + 80, start + 95), label("spike", start + 250, start + 255)];
    const found = findings(labels, { expected, alerts }, start + 1_000);
    expect(found.silent).toEqual({
      kinds: { spike: 0, saturation: 0, "slow-leak": 0, "drop-out": 1 },
      falseEpisodes: 0,
    });
    expect(found.threshold.falseEpisodes).toBe(1);
    expect(found.learned.kinds).toMatchObject({ spike: 1, "drop-out": 1 });
    expect(found["all three"]).toMatchObject({ falseEpisodes: 1 });
  });

  it("covers four days in which each CPU has an anomaly every twelve hours", () => {
    const days: LabelledDays = { cpus: 1, every: 600 };
    expect(seriesDays(days)).toBeCloseTo(28, 0);
    expect(labelsOf(days).length).toBeGreaterThan(7 * 7);
    const readings = [...messagesOf(days)];
    expect(readings.length).toBeGreaterThan(7 * 4 * 140);
    expect(readings.length).toBeLessThanOrEqual(7 * 4 * 144 + 3);
  });
});

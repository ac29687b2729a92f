import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { CatchUps } from "../../../apps/page/model/catchUps.ts";
import { Latencies } from "../../../apps/page/model/latencies.ts";
import { World } from "../../../apps/page/model/world.ts";
import { alert, message, sqlTime, window } from "../../support/page/fakeWorld.ts";

const MINUTE = 60_000;

describe("a pipeline that catches up", () => {
  it("counts once it has read what was there before its job", () => {
    const catchUps = new CatchUps();
    expect(catchUps.countsSince(1_000, "filter")).toBe(false);
    catchUps.job("filter", "first", 1_000);
    catchUps.lag("filter", { atLeastSeconds: 26 }, 2_000);
    expect(catchUps.countsSince(2_000, "filter")).toBe(false);
    catchUps.lag("filter", { atLeastSeconds: 4 }, 5_000);
    expect([4_999, 5_000].map((at) => catchUps.countsSince(at, "filter"))).toEqual([false, true]);
    // A delay of the same job is the pipeline's own; a new job starts over.
    catchUps.job("filter", "first", 6_000);
    catchUps.lag("filter", { atLeastSeconds: 60 }, 7_000);
    expect(catchUps.countsSince(7_000, "filter")).toBe(true);
    catchUps.job("filter", "second", 8_000);
    expect(catchUps.countsSince(9_000, "filter")).toBe(false);
    expect(catchUps.ageOf("filter", 9_000)).toBe(1_000);
  });
});

describe("the latency", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  /** A reading that was measured `ago` before it arrived, and its result. */
  const passThrough = (world: World, arrivedAt: number, ago: number) => {
    const [hostname, cpu, time] = ["doc", "cpu1", arrivedAt - ago];
    takeIn(world, undefined, [message({ hostname, cpu, usage: 95, occurred_at: time }, { at: arrivedAt })]);
    takeIn(world, "filter", [message({ hostname, cpu, usage: 95, time_ltz: `${sqlTime(time)}Z` })]);
  };
  const worldAt = (now: number) => new World(now - 10 * MINUTE, ["filter"], []);
  const measured = (world: World) => world.filterLatency.percentiles(Date.now())?.count;

  it("is that of readings which came after the pipeline had caught up", () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const world = worldAt(now);
    passThrough(world, now - 5_000, 0);
    expect(measured(world)).toBe(undefined);
    world.catchUps.lag("filter", { atLeastSeconds: 0 }, now - 3_000);
    passThrough(world, now - 4_000, 0);
    expect(measured(world)).toBe(undefined);
    passThrough(world, now - 2_000, 0);
    expect(measured(world)).toBe(1);
    expect(world.filterLatency.percentiles(Date.now())?.p50).toBeGreaterThanOrEqual(2_000);
  });

  it("is the same if the result is seen before the reading", () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const world = worldAt(now);
    world.catchUps.lag("filter", { atLeastSeconds: 0 }, now - MINUTE);
    const [hostname, cpu, time] = ["doc", "cpu1", now - 2_000];
    takeIn(world, "filter", [message({ hostname, cpu, usage: 95, time_ltz: `${sqlTime(time)}Z` })]);
    expect(measured(world)).toBe(undefined);
    const sent = message({ hostname, cpu, usage: 95, occurred_at: time }, { at: now - 1_500 });
    takeIn(world, undefined, [sent]);
    expect(measured(world)).toBe(1);
    const { p50 = 0 } = world.filterLatency.percentiles(Date.now()) ?? {};
    expect(p50).toBeGreaterThanOrEqual(1_500);
    expect(p50).toBeLessThan(3_000);
  });

  it("is forgotten from before a poll that found another job", () => {
    const latencies = new Latencies();
    for (const at of [1_000, 2_000, 3_000]) latencies.add(at, at);
    latencies.forgetSince(2_000);
    expect(latencies.percentiles(4_000)).toMatchObject({ count: 1, p99: 1_000 });
    latencies.forgetSince(5_000);
    expect(latencies.percentiles(4_000)?.count).toBe(1);
  });

  it("is that of live readings: one that arrives over a minute after its own time was held somewhere", () => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    const world = worldAt(now);
    world.catchUps.lag("filter", { atLeastSeconds: 0 }, now - MINUTE);
    passThrough(world, now - 1_000, 61_000);
    expect(measured(world)).toBe(undefined);
    passThrough(world, now - 1_000, 60_000);
    expect(measured(world)).toBe(1);
  });

  it("to an alert leaves both out, too", () => {
    const start = Math.floor(Date.now() / 30_000) * 30_000 - MINUTE;
    const alerts = (kept: number) => {
      const world = worldAt(start);
      for (const name of ["aggregate", "alerts"]) world.catchUps.lag(name, { atLeastSeconds: 0 }, start);
      const sent = { hostname: "doc", cpu: "cpu1", usage: 95, occurred_at: start + 1_000 };
      takeIn(world, undefined, [message(sent, { at: start + 1_000 + kept })]);
      takeIn(world, "aggregate", [window("doc", "cpu1", start, 95, 95)]);
      takeIn(world, "alerts", [alert("raised", "doc", "cpu1", start, start)]);
      return world.alertLatency.percentiles(Date.now())?.count;
    };
    expect([alerts(0), alerts(61_000)]).toEqual([1, undefined]);
  });
});

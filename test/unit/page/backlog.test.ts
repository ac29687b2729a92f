import { afterEach, describe, expect, it, vi } from "vitest";
import { firstOffset } from "../../../apps/page/feeds/followTopic.ts";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { watchSleep } from "../../../apps/page/feeds/sleep.ts";
import { World } from "../../../apps/page/model/world.ts";
import { statusView } from "../../../apps/page/views/status.ts";
import type { State } from "../../../apps/page/web/store.ts";
import { verdictOf } from "../../../apps/page/web/verdict.ts";
import { alert, BEFORE, message, reading, sqlTime } from "../../support/page/fakeWorld.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 27, 5, 0, 0);
const INFO = { stack: "local", readOnly: false, thresholdCacheMs: 5_000, pipelines: {} };

afterEach(() => void vi.useRealTimers());

/** A page that was up for ten hours, whose pipelines had caught up. */
function worldAtNow(parts = ["Kafka", "generator"]): World {
  vi.useFakeTimers({ now: NOW });
  const world = new World(NOW - 10 * HOUR, ["filter"], parts);
  world.parts.up("Kafka");
  for (const name of ["filter", "aggregate", "alerts"])
    world.catchUps.lag(name, { atLeastSeconds: 0 }, NOW - 9 * HOUR);
  return world;
}

function verdict(world: World, now = NOW) {
  const sections = { status: statusView(world, INFO, now) };
  const state = { link: { state: "connected" }, sections, now, paused: false };
  return verdictOf(state as unknown as State);
}

describe("a page that could not read for eight hours", () => {
  it("takes no latency and no rate from what arrived meanwhile", () => {
    const world = worldAtNow();
    const at = NOW - 8 * HOUR;
    const result = { hostname: "doc", cpu: "cpu1", usage: 95, time_ltz: `${sqlTime(at)}Z` };
    takeIn(world, undefined, [reading("doc", "cpu1", 95, at)], BEFORE);
    takeIn(world, "filter", [message(result, { at: at + 700 })], BEFORE);
    takeIn(world, "alerts", [alert("raised", "doc", "cpu1", at, at)], BEFORE);
    const { filterLatency, alertLatency, readingsPerSecond } = statusView(world, INFO, NOW);
    expect([filterLatency, alertLatency, readingsPerSecond]).toEqual([null, null, null]);
    expect(world.rates.rows.get("filter")?.perSecond(NOW)).toBe(undefined);
    // What arrives from now on counts.
    takeIn(world, undefined, [reading("doc", "cpu1", 95, NOW)]);
    takeIn(world, "filter", [message({ ...result, time_ltz: `${sqlTime(NOW)}Z` })]);
    const later = statusView(world, INFO, NOW + 1_000);
    expect([later.readingsPerSecond, later.filterLatency?.count]).toEqual([1, 1]);
  });

  it("says that it catches up, and how far it is, instead of that there are no readings", () => {
    const world = worldAtNow();
    takeIn(world, undefined, [reading("doc", "cpu1", 95, NOW - HOUR)], BEFORE);
    const { title, text, help } = verdict(world);
    expect([title, help]).toEqual(["Catching up.", undefined]);
    expect(text).toMatch(/^The page is still reading earlier readings, and has reached [\d:]+\.$/);
    // There was nothing newer.
    expect(verdict(world, NOW + 5_000)).toMatchObject({
      title: "Generator:",
      text: "No readings come from the generator.",
    });
  });

  it("starts where it would start now, unless it was further", () => {
    const partition = { high: 9_000, start: 4_000 };
    expect(firstOffset(partition, undefined)).toBe(4_000);
    expect(firstOffset(partition, "200")).toBe(4_000);
    expect(firstOffset(partition, "8999")).toBe(8_999);
    // The topic was deleted and created again.
    expect(firstOffset(partition, "9001")).toBe(4_000);
  });
});

describe("a sleep of the machine", () => {
  it("is noticed, and ends nothing else", async () => {
    vi.useFakeTimers({ now: NOW });
    const stop = new AbortController();
    const sleeps: number[] = [];
    const watched = watchSleep((since) => void sleeps.push(since), stop.signal);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sleeps).toEqual([]);
    vi.setSystemTime(NOW + 60_000 + 8 * HOUR);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sleeps).toEqual([NOW + 60_000]);
    stop.abort();
    await watched;
  });

  it("is no latency: results of readings from before it do not count", () => {
    const world = worldAtNow();
    world.filterLatency.add(NOW - 30_000, 500);
    world.filterLatency.add(NOW, 8 * HOUR);
    world.forgetSince(NOW - 8 * HOUR);
    world.noteFiltered(NOW - 8 * HOUR, NOW);
    expect(world.filterLatency.percentiles(NOW)).toBe(undefined);
  });
});

describe("a page whose clock is ahead of Kafka's", () => {
  it("knows by its own clock when the newest reading arrived", () => {
    const world = worldAtNow();
    takeIn(world, undefined, [reading("doc", "cpu1", 50, NOW - 12_000)]);
    expect(verdict(world).title).toBe("All well");
    expect(statusView(world, INFO, NOW).newestReadingAt).toBe(NOW);
  });

  it("knows the same if Kafka's clock is ahead of its own", () => {
    const world = worldAtNow();
    takeIn(world, undefined, [reading("doc", "cpu1", 50, NOW + HOUR)], BEFORE);
    expect(statusView(world, INFO, NOW).newestReadingAt).toBe(NOW);
  });
});

describe("devices that send once in half a minute", () => {
  const at = (seconds: number) => reading("doc", "cpu1", 50, NOW + seconds * 1_000);

  it("are not reported as missing between two readings, but once twice that time has passed", () => {
    const world = worldAtNow(["Kafka"]);
    for (const seconds of [0, 30, 60]) {
      vi.setSystemTime(NOW + seconds * 1_000);
      takeIn(world, undefined, [at(seconds)]);
    }
    expect(verdict(world, NOW + 89_000).title).toBe("All well");
    expect(verdict(world, NOW + 119_000).title).toBe("All well");
    expect(verdict(world, NOW + 121_000).title).toBe("No readings.");
  });

  it("do not make an outage of minutes count as usual", () => {
    const world = worldAtNow(["Kafka"]);
    for (const seconds of [0, 300]) {
      vi.setSystemTime(NOW + seconds * 1_000);
      takeIn(world, undefined, [at(seconds)]);
    }
    expect(verdict(world, NOW + 309_000).title).toBe("No readings.");
  });
});

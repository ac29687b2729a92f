import { describe, expect, it, vi } from "vitest";
import { countedPipelines, pipelinesByTopic, takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { resultIntakes } from "../../../apps/page/feeds/resultIntakes.ts";
import { LagHistory } from "../../../apps/page/model/lagHistory.ts";
import { Latencies } from "../../../apps/page/model/latencies.ts";
import { Parts } from "../../../apps/page/model/parts.ts";
import { Rate } from "../../../apps/page/model/rate.ts";
import { Ring } from "../../../apps/page/model/ring.ts";
import { SeriesStore } from "../../../apps/page/model/seriesStore.ts";
import { Thresholds } from "../../../apps/page/model/thresholds.ts";
import { World } from "../../../apps/page/model/world.ts";
import { alert } from "../../support/page/fakeWorld.ts";

const NOW = Date.UTC(2026, 10, 27, 5, 0, 0);

it("of pipelines that share a topic, one determines how its rows are taken in, whichever of them run", () => {
  const topic = "cpu_alerts";
  const of = (...names: string[]) => [
    ...pipelinesByTopic(Object.fromEntries(names.map((name) => [name, topic]))),
  ];
  expect(of("alerts", "silent", "learned")).toEqual([[topic, "alerts"]]);
  const [[, pipeline = ""] = []] = of("silent");
  expect(resultIntakes).toHaveProperty(pipeline);
});

it("rows of pipelines that share a topic count for the one that wrote them", () => {
  vi.useFakeTimers({ now: NOW });
  const results = {
    filter: "filtered",
    alerts: "cpu_alerts",
    silent: "cpu_alerts",
    mine: "shared",
    yours: "shared",
  };
  expect(countedPipelines(results)).toEqual(["filter", "alerts", "silent"]);
  const world = new World(NOW - 60_000, countedPipelines(results), []);
  const row = (rule: string) => alert("raised", "doc", "cpu1", NOW - 60_000, NOW - 60_000, { rule });
  takeIn(world, "alerts", [row("threshold"), row("silent"), row("silent"), row("silent"), row("my own")]);
  const perSecond = (name: string) => world.rates.rows.get(name)?.perSecond(NOW + 1_000, 1);
  vi.useRealTimers();
  expect(["alerts", "silent", "filter"].map(perSecond)).toEqual([1, 3, 0]);
});

describe("a part of the stack", () => {
  it("is down as long as one of those that report about it has a problem", () => {
    const parts = new Parts(["Kafka", "Flink"]);
    parts.up("Kafka");
    parts.down("Kafka", "a topic cannot be read", "help", "reader");
    parts.up("Kafka");
    expect(parts.all).toEqual([
      { name: "Kafka", state: "down", problem: "a topic cannot be read", help: "help" },
      { name: "Flink", state: "not known" },
    ]);
    parts.up("Kafka", "reader");
    expect(parts.all[0]).toEqual({ name: "Kafka", state: "up" });
  });
});

describe("a ring", () => {
  it("keeps the newest rows up to its capacity, sorted by time", () => {
    const ring = new Ring(2);
    for (let time = 0; time < 100; time++) ring.set(time, [time, 2 * time], 50);
    expect(ring.length).toBe(50);
    expect(ring.since(98)).toEqual([
      [98, 98, 196],
      [99, 99, 198],
    ]);
    expect(ring.since(0)[0]).toEqual([50, 50, 100]);
  });

  it("replaces the newest row with one of the same time, and shrinks with its capacity", () => {
    const ring = new Ring(1);
    for (let time = 0; time < 40; time++) ring.set(time, [1], 40);
    ring.set(39, [7], 40);
    ring.set(40, [8], 10);
    expect(ring.since(0)).toEqual([
      ...Array.from({ length: 8 }, (_, index) => [31 + index, 1]),
      [39, 7],
      [40, 8],
    ]);
  });

  it("sorts rows that arrived out of order, and shows the latest of those with the same time", () => {
    const ring = new Ring(1);
    for (const [time, value] of [
      [5, 1],
      [3, 2],
      [5, 3],
    ] as const)
      ring.set(time, [value], 10);
    expect(ring.since(0)).toEqual([
      [3, 2],
      [5, 3],
    ]);
  });
});

describe("rates", () => {
  it("count whole seconds, and are unknown at first", () => {
    const rate = new Rate(1_000_000);
    expect(rate.perSecond(1_000_500)).toBe(undefined);
    for (let ms = 0; ms < 20_000; ms += 100) rate.add(1_000_000 + ms);
    expect(rate.perSecond(1_020_000)).toBe(10);
    expect(rate.perSecond(1_025_000)).toBe(5);
    expect(rate.perSecond(1_100_000)).toBe(0);
  });
});

describe("latencies", () => {
  it("are nearest-rank percentiles over the last minute", () => {
    const latencies = new Latencies();
    expect(latencies.percentiles(0)).toBe(undefined);
    for (let ms = 1; ms <= 100; ms++) latencies.add(1_000, ms);
    expect(latencies.percentiles(2_000)).toEqual({ p50: 50, p99: 99, count: 100 });
    expect(latencies.percentiles(62_000)).toBe(undefined);
  });
});

describe("the series", () => {
  const fullStore = () => {
    const store = new SeriesStore();
    for (let index = 0; index < 6_000; index++) store.seen(`host${index}`, "cpu1", index * 20);
    return store;
  };

  it("are at most 5,000: the first ones stay, so that each has its history", () => {
    const store = fullStore();
    expect([store.size, store.isPartial(120_000)]).toEqual([5_000, true]);
    expect(store.find("host0", "cpu1")).toBeDefined();
    expect(store.find("host5999", "cpu1")).toBe(undefined);
    expect([store.readingCapacity, store.windowCapacity]).toEqual([300, 120]);
  });

  it("make room for one with an alert, and for others once they have sent nothing for ten minutes", () => {
    const store = fullStore();
    for (let index = 0; index < 5_000; index++) if (index !== 7) store.seen(`host${index}`, "cpu1", 590_000);
    expect(store.seen("late", "cpu1", 600_000)).toBe(undefined);
    expect(store.seen("alerted", "cpu1", 600_000, true)).toBeDefined();
    expect(store.find("host7", "cpu1")).toBe(undefined);
    expect(store.seen("late", "cpu1", 1_189_999)).toBe(undefined);
    expect(store.seen("late", "cpu1", 1_190_000)).toBeDefined();
    expect([store.size, store.isPartial(1_789_998), store.isPartial(1_789_999)]).toEqual([
      5_000,
      true,
      false,
    ]);
  });
});

describe("thresholds", () => {
  it("are used at once when they are first read, and 5 s after a change", () => {
    const thresholds = new Thresholds(5_000);
    thresholds.replace([{ hostname: "doc", value: 20 }], 1_000);
    expect([...thresholds.byHost]).toEqual([["doc", 20]]);
    expect(thresholds.unused(1_000).size).toBe(0);
    thresholds.replace([{ hostname: "doc", value: 30 }], 2_000);
    expect([thresholds.of("doc"), [...thresholds.unused(2_000)]]).toEqual([30, [["doc", 2_000]]]);
    thresholds.replace([{ hostname: "doc", value: 30 }], 6_000);
    expect([6_999, 7_000].map((now) => thresholds.unused(now).has("doc"))).toEqual([true, false]);
  });

  it("are used as soon as a pipeline has written a row with them", () => {
    const thresholds = new Thresholds(5_000);
    thresholds.replace([{ hostname: "doc", value: 20 }], 1_000);
    thresholds.replace([{ hostname: "doc", value: 30 }], 2_000);
    thresholds.used("doc", 20);
    expect(thresholds.unused(2_000).has("doc")).toBe(true);
    thresholds.used("doc", 30);
    expect(thresholds.unused(2_000).has("doc")).toBe(false);
  });
});

describe("lag", () => {
  const look = (end: number, committed: number) => [{ partition: 0, end, low: 0, committed }];

  it("is in messages, in seconds since the oldest uncommitted one arrived, and has a trend", () => {
    const history = new LagHistory();
    expect(history.add(0, look(100, 100))).toMatchObject({ messages: 0, seconds: 0, trend: 0 });
    expect(history.add(1_000, look(300, 100))).toMatchObject({ messages: 200, seconds: 0, trend: 1 });
    expect(history.add(4_000, look(500, 100))).toMatchObject({ messages: 400, seconds: 3, trend: 1 });
    expect(history.add(5_000, look(500, 400))).toMatchObject({ messages: 100, seconds: 1 });
    expect(history.add(36_000, look(500, 500))).toMatchObject({ messages: 0, seconds: 0, trend: -1 });
  });

  it("is unknown in seconds for messages that were there before anybody looked", () => {
    const history = new LagHistory();
    expect(history.add(0, look(1_000, 0)).seconds).toBe(undefined);
    expect(history.add(1_000, look(1_000, 0))).toMatchObject({ seconds: undefined, atLeastSeconds: 1 });
    expect(history.add(9_000, look(1_000, 0))).toMatchObject({ seconds: undefined, atLeastSeconds: 9 });
  });

  it("stays that of a job that is stuck for longer than the looks are kept", () => {
    const history = new LagHistory();
    history.add(0, look(100, 100));
    for (let second = 1; second < 700; second++) history.add(second * 1_000, look(300, 100));
    expect(history.add(700_000, look(300, 100))).toMatchObject({ seconds: undefined, atLeastSeconds: 600 });
  });

  it("begins anew with a topic that was created again", () => {
    const history = new LagHistory();
    for (let second = 0; second < 60; second++) history.add(second * 1_000, look(5_000_000, 5_000_000));
    history.add(60_000, look(20, 10));
    expect(history.add(61_000, look(30, 20))).toMatchObject({ messages: 10, seconds: 0 });
  });

  it("predicts when nothing is left at the pace of the last 10 seconds, if it falls", () => {
    const history = new LagHistory();
    expect(history.add(0, look(10_000, 0)).leftSeconds).toBe(undefined);
    expect(history.add(1_000, look(10_000, 0)).leftSeconds).toBe(undefined);
    expect(history.add(5_000, look(10_000, 5_000)).leftSeconds).toBe(5);
    expect(history.add(10_000, look(11_000, 7_000)).leftSeconds).toBe(7);
    expect(history.add(20_000, look(12_000, 8_000)).leftSeconds).toBe(undefined);
  });

  it("does not count the ends of transactions as waiting messages", () => {
    const history = new LagHistory();
    history.add(0, look(100, 100));
    history.add(1_000, look(103, 100));
    expect(history.add(60_000, look(103, 100))).toMatchObject({ messages: 3, seconds: 0, atLeastSeconds: 0 });
    expect(history.add(61_000, look(104, 100))).toMatchObject({ messages: 4, seconds: 60 });
  });

  it("knows how many of the last offsets are the ends of transactions once a message has been read", () => {
    const history = new LagHistory();
    const read = (end: number, committed: number, newestMessage: number) =>
      look(end, committed).map((offsets) => ({ ...offsets, newestMessage }));
    history.add(0, read(100, 100, 99));
    history.add(1_000, read(112, 100, 99));
    expect(history.add(60_000, read(112, 100, 99))).toMatchObject({ messages: 0, seconds: 0 });
    // A single message that waits is a message, too.
    history.add(61_000, read(113, 112, 112));
    expect(history.add(91_000, read(113, 112, 112))).toMatchObject({ messages: 1, seconds: 30 });
  });
});

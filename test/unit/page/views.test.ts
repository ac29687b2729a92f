import { describe, expect, it } from "vitest";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { metricsText } from "../../../apps/page/http/metrics.ts";
import { World } from "../../../apps/page/model/world.ts";
import type { Query } from "../../../apps/page/view.ts";
import { episodesView } from "../../../apps/page/views/episodes.ts";
import { lanesView } from "../../../apps/page/views/lanes.ts";
import { sectionsOf } from "../../../apps/page/views/sections.ts";
import { seriesView } from "../../../apps/page/views/series.ts";
import { silencesView } from "../../../apps/page/views/silences.ts";
import { statusView } from "../../../apps/page/views/status.ts";
import { thresholdsView } from "../../../apps/page/views/thresholds.ts";
import { matches } from "../../../apps/page/web/matching.ts";
import { byOurClock } from "../../../apps/shared/silences.ts";
import { alert, fakeWorld, message, reading, sqlTime, window } from "../../support/page/fakeWorld.ts";

const NOW = Date.UTC(2026, 10, 27, 5, 0, 0);
const INFO = { stack: "local", readOnly: false, thresholdCacheMs: 5_000, pipelines: {} };
const query = (more: Partial<Query> = {}): Query => ({
  range: "1h",
  hostname: undefined,
  cpu: undefined,
  unfolded: [],
  ...more,
});
const emptyWorld = () => {
  const world = new World(NOW - 60_000, ["aggregate", "alerts"], []);
  world.thresholds.replace([{ hostname: "doc", value: 20 }], NOW);
  return world;
};

describe("the lanes", () => {
  it("are empty without readings", () => {
    expect(lanesView(emptyWorld(), query(), NOW)).toMatchObject({
      hosts: [],
      total: 0,
      cells: 30,
      cellMs: 120_000,
    });
  });

  it("show the highest average of each cell in percent of the threshold, and null without data", () => {
    const world = emptyWorld();
    const start = NOW - 120_000;
    takeIn(world, "aggregate", [
      window("doc", "cpu1", start, 10, 12),
      window("doc", "cpu2", start + 30_000, 25, 30),
    ]);
    const [doc] = lanesView(world, query({ unfolded: ["doc"] }), NOW).hosts;
    expect(doc?.levels).toEqual([...Array.from({ length: 29 }, () => null), 125]);
    expect(doc?.cpus.map(({ cpu, levels }) => [cpu, levels.at(-1)])).toEqual([
      ["cpu1", 50],
      ["cpu2", 125],
    ]);
  });

  it("show how far a CPU was over the expected value, if it was, in every cell of those minutes", () => {
    const world = emptyWorld();
    const start = NOW - 600_000;
    const expected = (cpu: string, begin: number, actual: number) =>
      message({
        hostname: "free",
        cpu,
        window_start: sqlTime(begin),
        window_end: sqlTime(begin + 300_000),
        ...{ actual, expected: 20, lower: 10, upper: 30, history: 100 },
      });
    takeIn(world, "aggregate", [
      window("free", "cpu1", start, 60, 70),
      window("free", "cpu2", start, 25, 70),
    ]);
    takeIn(world, "expect", [
      expected("cpu1", start, 60),
      expected("cpu2", start, 25),
      expected("cpu1", start + 300_000, 29),
    ]);
    const [free] = lanesView(world, query({ unfolded: ["free"] }), NOW).hosts;
    expect(free?.levels.slice(-6)).toEqual([null, 200, 200, 200, null, null]);
    expect(free?.cpus[1]?.levels.slice(-5)).toEqual([25, null, null, null, null]);
  });

  it("begin with the worst host; at most 40 are shown, always including the selected one", () => {
    const world = emptyWorld();
    const start = NOW - 60_000;
    for (let host = 0; host < 60; host++)
      takeIn(world, "aggregate", [window(`h${host}`, "cpu1", start, host, host)]);
    const { hosts, total } = lanesView(world, query({ hostname: "h0" }), NOW);
    expect([hosts[0]?.hostname, hosts.length, total]).toEqual(["h59", 41, 60]);
    expect(hosts.at(-1)?.hostname).toBe("h0");
  });
});

describe("the CPUs of a host that is unfolded", () => {
  it("are at most the 50 worst, always including those that fire and the chosen one", () => {
    const world = emptyWorld();
    const start = NOW - 60_000;
    const names = Array.from({ length: 5_000 }, (_, index) => `cpu${String(index).padStart(4, "0")}`);
    const rows = names.map((cpu, index) => window("big", cpu, start, index, index));
    takeIn(world, "aggregate", rows);
    takeIn(world, "alerts", [alert("raised", "big", "cpu0007", start, start)]);
    const asked = query({ unfolded: ["big"], hostname: "big", cpu: "cpu0003" });
    const [big] = lanesView(world, asked, NOW).hosts;
    const shown = big?.cpus.map(({ cpu }) => cpu);
    expect(shown?.slice(0, 3)).toEqual(["cpu0003", "cpu0007", "cpu4951"]);
    expect([shown?.length, shown?.at(-1), big?.totalCpus]).toEqual([51, "cpu4999", 5_000]);
  });
});

describe("the numbers in the cells", () => {
  it("are the numbers of rows that a click on the cell leaves in the list", () => {
    const world = fakeWorld(NOW);
    const episodes = episodesView(world, query(), NOW);
    const { from, cellMs, cells, hosts } = lanesView(world, query(), NOW);
    let counted = 0;
    for (const { hostname } of hosts) {
      for (let cell = 0; cell < cells; cell++) {
        const time = { from: from + cell * cellMs, to: from + (cell + 1) * cellMs };
        const own = episodes.filter((episode) => matches(episode, { host: hostname, ...time }));
        counted += own.length;
        for (const { since, until } of own) {
          expect(since < time.to && (until === null || until > time.from)).toBe(true);
        }
      }
    }
    expect(counted).toBeGreaterThan(episodes.length);
  });
});

describe("a series", () => {
  it("has readings, windows, the threshold, and marks exactly the windows that raised an alert", () => {
    const world = emptyWorld();
    const start = NOW - 300_000;
    for (const [index, average] of [10, 25, 30, 31, 12, 11].entries()) {
      takeIn(world, "aggregate", [window("doc", "cpu1", start + index * 30_000, average, average + 1)]);
    }
    const since = start + 30_000;
    // Two consecutive windows raised it; two more did not end it.
    takeIn(world, "alerts", [alert("raised", "doc", "cpu1", since, since + 30_000, { windows: 2 })]);
    takeIn(world, "alerts", [alert("cleared", "doc", "cpu1", since, start + 150_000)]);
    takeIn(world, undefined, [reading("doc", "cpu1", 11, start), reading("doc", "cpu1", 19, start + 500)]);
    const series = seriesView(world, query({ hostname: "doc", cpu: "cpu1" }), NOW);
    expect(series?.fired).toEqual([
      [since, since + 30_000],
      [since + 30_000, since + 60_000],
    ]);
    expect(series?.threshold).toBe(20);
    expect(series?.readings).toEqual([[start, 19]]);
    expect(series?.windows.map(([, average]) => average)).toEqual([10, 25, 30, 31, 12, 11]);
  });

  it("marks five minutes that were unusual, and a silence, as long as they were", () => {
    const world = emptyWorld();
    const start = NOW - 900_000;
    for (let back = 0; back < 20; back++)
      takeIn(world, "aggregate", [window("doc", "cpu1", start + back * 30_000, 10, 11)]);
    const learned = { rule: "learned", window_end: sqlTime(start + 300_000) };
    const silentSince = start + 401_250;
    const silent = {
      rule: "silent",
      window_start: `${sqlTime(silentSince)}.250`,
      since: `${sqlTime(silentSince)}.250`,
      window_end: `${sqlTime(silentSince + 60_000)}.250`,
    };
    takeIn(world, "alerts", [
      alert("raised", "doc", "cpu1", start, start, learned),
      // Reported again a day later, which raises nothing.
      alert("still", "doc", "cpu1", start, start + 600_000, learned),
      alert("raised", "doc", "cpu1", silentSince, silentSince, silent),
    ]);
    expect(seriesView(world, query({ hostname: "doc", cpu: "cpu1" }), NOW)?.fired).toEqual([
      [start, start + 300_000],
      [silentSince, silentSince + 60_000],
    ]);
  });

  it("marks nothing of an episode whose start is unknown", () => {
    const world = emptyWorld();
    takeIn(world, "aggregate", [window("doc", "cpu1", NOW - 90_000, 30, 31)]);
    takeIn(world, "alerts", [alert("still", "doc", "cpu1", NOW - 90_000, NOW - 60_000)]);
    expect(seriesView(world, query({ hostname: "doc", cpu: "cpu1" }), NOW)?.fired).toEqual([]);
  });

  it("is the worst one if none is chosen", () => {
    const world = emptyWorld();
    takeIn(world, "aggregate", [
      window("a", "cpu1", NOW - 60_000, 10, 10),
      window("doc", "cpu2", NOW - 60_000, 19, 19),
    ]);
    expect(seriesView(world, query(), NOW)).toMatchObject({ hostname: "doc", cpu: "cpu2" });
    expect(seriesView(world, query({ hostname: "a" }), NOW)).toMatchObject({ hostname: "a", cpu: "cpu1" });
    expect(seriesView(world, query({ hostname: "nobody" }), NOW)).toBe(null);
  });
});

describe("the thresholds", () => {
  it("are unknown until PostgreSQL has answered, which is not the same as none", () => {
    const world = new World(NOW, [], []);
    expect(sectionsOf(world, INFO, query(), NOW).thresholds).toBe(null);
    world.thresholds.replace([], NOW);
    expect(sectionsOf(world, INFO, query(), NOW).thresholds).toMatchObject({ rows: [], total: 0 });
  });

  it("of 100,000 hosts are all known; a browser gets the first 50, those of its host, and those that it seeks", () => {
    const world = new World(NOW, [], []);
    const name = (index: number) => `host${String(index).padStart(5, "0")}`;
    const all = Array.from({ length: 100_000 }, (_, index) => ({
      hostname: name(index),
      value: index % 100,
    }));
    world.thresholds.replace([...all].reverse(), NOW);
    expect(world.thresholds.of(name(99_999))).toBe(99);
    const { thresholds } = sectionsOf(world, INFO, query(), NOW);
    expect([thresholds?.rows.length, thresholds?.found, thresholds?.total]).toEqual([50, 100_000, 100_000]);
    expect(thresholds?.rows[1]).toEqual({ hostname: name(1), value: 1, isUsed: true });
    const ofHost = { hostname: name(77_777), value: 77, isUsed: true };
    expect(sectionsOf(world, INFO, query({ hostname: name(77_777) }), NOW).thresholds).toMatchObject({
      rows: [ofHost],
      found: 1,
      total: 100_000,
    });
    expect(thresholdsView(world, { text: "7777" }, NOW)).toMatchObject({
      found: 19,
      total: 100_000,
      kept: null,
    });
    // More than the page has memory for.
    world.thresholds.replace(all, NOW, 1_000_000);
    expect(thresholdsView(world, {}, NOW)).toMatchObject({ total: 1_000_000, kept: 100_000 });
  });

  it("differ in what is sent when one that is not shown changes, and when the pipelines use it", () => {
    const world = emptyWorld();
    const state = (now: number) => thresholdsView(world, { hostname: "doc" }, now)?.state;
    const before = state(NOW);
    const rows = { doc: 20, grumpy: 5 };
    world.thresholds.replace(
      Object.entries(rows).map(([hostname, value]) => ({ hostname, value })),
      NOW,
    );
    expect(thresholdsView(world, { text: "grumpy" }, NOW)?.rows).toMatchObject([{ isUsed: false }]);
    expect(new Set([before, state(NOW), state(NOW + 4_999), state(NOW + 5_000)]).size).toBe(3);
  });
});

describe("silences", () => {
  it("apply however many there are; a browser gets the 100 that end first, and their number", () => {
    const world = emptyWorld();
    world.silences = Array.from({ length: 20_000 }, (_, index) => ({
      ...{ id: `${index}`, hostname: `h${index}`, cpu: null, rule: null, reason: "" },
      until: NOW + index,
    }));
    takeIn(world, "alerts", [alert("raised", "h19999", "cpu1", NOW - 60_000, NOW - 60_000)]);
    expect(episodesView(world, query(), NOW)[0]?.state).toBe("silenced");
    const { rows, total } = sectionsOf(world, INFO, query(), NOW).silences;
    expect([rows.length, rows[0]?.id, total]).toEqual([100, "1", 19_999]);
  });

  it("are the active ones; one that ends after all times there can be has no end", () => {
    const world = emptyWorld();
    const silence = { hostname: "doc", cpu: null, rule: null, reason: "" };
    const ends = [NOW - 1, NOW + 1, 8.64e15, 9.2e15, Number.POSITIVE_INFINITY];
    world.silences = ends.map((until, index) => ({ ...silence, id: `${index}`, until }));
    const { rows } = silencesView(world, NOW);
    expect(rows.map(({ id, until }) => [id, until])).toEqual([
      ["1", NOW + 1],
      ["2", 8.64e15],
      ["3", null],
      ["4", null],
    ]);
  });
});

it("a silence ends by PostgreSQL's clock, which says how long it still lasts", () => {
  expect(byOurClock({ left: 300, hostname: "doc" }, NOW)).toEqual({ hostname: "doc", until: NOW + 300_000 });
  expect(byOurClock({ left: Number.POSITIVE_INFINITY }, NOW).until).toBe(Number.POSITIVE_INFINITY);
});

describe("episodes", () => {
  it("are one entry from raised to cleared, in whatever order the rows come", () => {
    const rows = [
      alert("raised", "doc", "cpu1", NOW - 300_000, NOW - 300_000, { actual: 30 }),
      alert("still", "doc", "cpu1", NOW - 300_000, NOW - 200_000, { actual: 50 }),
      alert("cleared", "doc", "cpu1", NOW - 300_000, NOW - 100_000, { actual: 5 }),
    ];
    for (const order of [rows, [...rows].reverse()]) {
      const world = emptyWorld();
      takeIn(world, "alerts", order);
      expect(episodesView(world, query(), NOW)).toMatchObject([
        { state: "resolved", since: NOW - 300_000, until: NOW - 70_000, actual: 50 },
      ]);
    }
  });

  it("of CPUs whose names together read the same are two", () => {
    const world = emptyWorld();
    const at = NOW - 60_000;
    takeIn(world, "alerts", [alert("raised", "web", "a/b", at, at), alert("raised", "web/a", "b", at, at)]);
    const names = episodesView(world, query(), NOW).map(({ hostname, cpu }) => [hostname, cpu]);
    expect(names.sort()).toEqual([
      ["web", "a/b"],
      ["web/a", "b"],
    ]);
  });

  it("are silenced as long as a silence applies, and then fire again", () => {
    const world = emptyWorld();
    takeIn(world, "alerts", [alert("raised", "doc", "cpu1", NOW - 60_000, NOW - 60_000)]);
    const silence = {
      id: "1",
      hostname: "doc",
      cpu: null,
      rule: null,
      until: NOW + 1_000,
      reason: "",
    };
    world.silences = [silence];
    expect(episodesView(world, query(), NOW)[0]?.state).toBe("silenced");
    expect(episodesView(world, query(), NOW + 1_001)[0]?.state).toBe("firing");
    world.silences = [{ ...silence, cpu: "cpu2" }];
    expect(episodesView(world, query(), NOW)[0]?.state).toBe("firing");
  });

  it("that are ongoing stay when there are more than 2,000, whatever came later", () => {
    const world = emptyWorld();
    const silent = { rule: "silent", actual: null, threshold: null };
    takeIn(world, "alerts", [alert("raised", "db1", "cpu1", NOW - 900_000, NOW - 900_000, silent)]);
    for (let host = 0; host < 2_000; host++) {
      takeIn(world, "alerts", [
        alert("raised", `web${host}`, "cpu1", NOW - 600_000, NOW - 600_000),
        alert("cleared", `web${host}`, "cpu1", NOW - 600_000, NOW - 300_000),
      ]);
    }
    const episodes = episodesView(world, query(), NOW);
    expect(episodes).toHaveLength(2_000);
    expect(episodes.filter(({ state }) => state === "firing")).toMatchObject([{ hostname: "db1" }]);
  });

  it("that are ongoing are all counted: those for which there is no room are named as left out", async () => {
    const world = emptyWorld();
    const since = (host: number) => NOW - 3_000_000 + host * 1_000;
    const raised = (host: number) => alert("raised", `web${host}`, "cpu1", since(host), since(host));
    takeIn(
      world,
      "alerts",
      Array.from({ length: 2_003 }, (_, host) => raised(host)),
    );
    const counts = () => [
      episodesView(world, query(), NOW).filter(({ state }) => state === "firing").length,
      statusView(world, INFO, NOW).episodesLeftOut,
    ];
    expect(counts()).toEqual([2_000, 3]);
    expect((await metricsText(world, INFO, NOW)).text).toMatch(/episodes_firing\{.*\} 2003/);
    // It is still ongoing, and still the oldest.
    takeIn(world, "alerts", [raised(0)]);
    expect(counts()).toEqual([2_000, 3]);
    takeIn(world, "alerts", [alert("cleared", "web0", "cpu1", since(0), NOW - 60_000)]);
    expect(counts()).toEqual([1_999, 3]);
  });

  it("are not created from broken rows", () => {
    const world = emptyWorld();
    takeIn(world, "alerts", [
      message("not JSON"),
      message({ hostname: "doc" }),
      message("[]"),
      message("null"),
    ]);
    expect(episodesView(world, query(), NOW)).toEqual([]);
  });
});

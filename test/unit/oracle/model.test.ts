import { describe, expect, it } from "vitest";
import { difference } from "../../oracle/model/compare.ts";
import { Ambiguous } from "../../oracle/model/message.ts";
import { Thresholds } from "../../oracle/model/thresholds.ts";
import { flinkTime, parseFlinkTime, searchTime } from "../../oracle/model/time.ts";
import { finalWatermark, inTime } from "../../oracle/model/watermark.ts";
import { rises, type WindowResult } from "../../oracle/model/windows.ts";

const reading = (occurredAt: number, offset = 0, partition = 0) => ({
  hostname: "doc",
  cpu: "cpu1",
  usage: 1,
  occurredAt,
  eventTime: occurredAt,
  partition,
  offset,
  timestamp: occurredAt,
});

describe("the model of time", () => {
  it.each([
    [0, "00"],
    [500, "00.5"],
    [120, "00.12"],
    [277, "00.277"],
    [10_000, "10"],
    [20_030, "20.03"],
  ])("writes %i ms as Flink does", (ms, seconds) => {
    const time = Date.UTC(2026, 0, 5, 10) + ms;
    expect(flinkTime(time)).toBe(`2026-01-05 10:00:${seconds}`);
    expect(parseFlinkTime(flinkTime(time))).toBe(time);
  });

  it("writes whole seconds for the search", () => {
    expect(searchTime(Date.UTC(2026, 0, 5, 10, 0, 0, 999))).toBe("2026/01/05 10:00:00");
  });
});

describe("the model of windows", () => {
  it("counts a reading up to the last moment at which its window is certainly open", () => {
    const readings = [reading(69_998, 0), reading(30_000, 1), reading(59_999, 2)];
    expect(inTime(readings, [])).toEqual(readings);
  });

  it("does not guess about a reading after it", () => {
    expect(() => inTime([reading(69_999, 0), reading(59_999, 1)], [])).toThrow(Ambiguous);
  });

  it("omits only readings that came after their window was seen to close", () => {
    const readings = [reading(0, 0), reading(29_999, 1), reading(30_000, 2)];
    expect(inTime(readings, [{ watermark: 29_999, offsets: [1] }])).toEqual([readings[0], readings[2]]);
  });

  it("closes windows by heartbeats too", () => {
    const heartbeat = { eventTime: 69_999, partition: 0, offset: 1, timestamp: 90_000 };
    const readings = [reading(35_000, 0), reading(60_000, 2)];
    expect(inTime(readings, [], [heartbeat])).toEqual(readings);
    expect(() => inTime([reading(35_000, 0), reading(59_999, 2)], [], [heartbeat])).toThrow(Ambiguous);
    expect(finalWatermark([reading(35_000, 0), heartbeat])).toBe(59_999);
  });

  it("takes the smallest watermark of the partitions that are not idle", () => {
    const readings = [reading(50_000, 0, 0), reading(40_000, 0, 1), reading(90_000, 0, 2)];
    expect(finalWatermark(readings)).toBe(30_000);
    expect(finalWatermark(readings, new Set([1]))).toBe(40_000);
  });

  it("finds overlapping rises only in adjacent windows", () => {
    const window = (index: number, average: number): WindowResult => ({
      start: index * 30_000,
      end: (index + 1) * 30_000,
      hostname: "doc",
      cpu: "cpu1",
      average,
      maximum: average,
    });
    const windows = [
      ...[1, 2, 3, 4, 4, 5].map((average, index) => window(index, average)),
      // A window is missing here.
      ...[6, 7, 8].map((average, index) => window(index + 7, average)),
    ];
    expect(rises(windows, 3).map(({ first, last }) => [first.average, last.average])).toEqual([
      [1, 3],
      [2, 4],
      [6, 8],
    ]);
  });
});

describe("the model of thresholds", () => {
  const change = { hostname: "doc", allowedTop: 50, begunAt: 1_000, doneAt: 1_100 };
  const thresholds = new Thresholds(new Map([["doc", 20]]), [change]);

  it("gives the old one before a change and the new one 5 s after it", () => {
    expect(thresholds.decide("doc", 999, (threshold) => threshold)).toBe(20);
    expect(thresholds.decide("doc", 6_100, (threshold) => threshold)).toBe(50);
  });

  it("does not guess in between, unless it makes no difference", () => {
    expect(() => thresholds.decide("doc", 6_099, (threshold = 0) => 30 > threshold)).toThrow(Ambiguous);
    expect(thresholds.decide("doc", 6_099, (threshold = 0) => 60 > threshold)).toBe(true);
  });

  it("gives the new one sooner if Flink caches thresholds for a shorter time", () => {
    const sooner = new Thresholds(new Map([["doc", 20]]), [change], 1_000);
    expect(() => sooner.decide("doc", 2_099, (threshold) => threshold)).toThrow(Ambiguous);
    expect(sooner.decide("doc", 2_100, (threshold) => threshold)).toBe(50);
  });
});

describe("the comparison", () => {
  it("compares rows as multisets and averages within 1e-9", () => {
    const rows = [{ cpu: "a", usage_avg: 0.1 + 0.2 }, { cpu: "b" }, { cpu: "b" }];
    expect(difference(rows, [{ cpu: "b" }, { usage_avg: 0.3, cpu: "a" }, { cpu: "b" }])).toBeUndefined();
  });

  it.each([
    ["a row twice", [{ cpu: "a" }], [{ cpu: "a" }, { cpu: "a" }]],
    ["an average that is off", [{ usage_avg: 1 }], [{ usage_avg: 1.00000001 }]],
    ["another type", [{ usage: 1 }], [{ usage: "1" }]],
    ["another field", [{ usage: 1 }], [{ usage: 1, more: null }]],
    ["a digit of what is exact", [{ usage: 1 }], [{ usage: 1.0000000000000002 }]],
  ])("shows %s", (_, expected, actual) => {
    expect(difference(expected, actual)).toEqual({ missing: expected, unexpected: actual });
  });
});

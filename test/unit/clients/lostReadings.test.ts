import { expect, test } from "vitest";
import type { RecentRecord } from "../../../clients/kafka/recentRecords.ts";
import { lossesIn } from "../../../clients/results/lostReadings.ts";

let offset = 0;
function record(
  topic: string,
  value: string,
  at: number,
  headers: Record<string, string> = {},
): RecentRecord {
  const bytes = Buffer.from(value);
  const message = { key: null, value: bytes, timestamp: String(at), offset: String(offset++), attributes: 0 };
  return {
    topic,
    partition: 2,
    message: {
      ...message,
      headers: Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, Buffer.from(v)])),
    },
  };
}
const late = (hostname: string, time_ltz: string, closed_until: string, at: number) =>
  record("late", JSON.stringify({ hostname, cpu: "cpu1", usage: 1, time_ltz, closed_until }), at);
const quarantined = (value: string, reason: string, at: number) =>
  record("quarantine", value, at, { reason, partition: "1" });
const losses = (...records: RecentRecord[]) => lossesIn(records, (topic) => topic === "late");

test("lost readings are counted per host, worst host first", () => {
  const found = losses(
    quarantined('{"hostname":"doc","usage":"x"}', "usage is not a number", 1),
    late("happy", "2014-02-14 14:30:00", "2026-11-26 18:00:00", 2),
    late("happy", "2014-02-14 14:35:00", "2026-11-26 18:00:00", 3),
    quarantined('{"hostname":"happy"}', "cpu is missing", 1),
  );
  expect(found).toEqual([
    {
      source: "happy",
      late: 2,
      quarantined: 1,
      reason: "of 2014-02-14 14:35:00 UTC, late by 4668 days",
      at: 3,
    },
    { source: "doc", late: 0, quarantined: 1, reason: "usage is not a number", at: 1 },
  ]);
});

test("the newest reason is shown, whatever order the partitions are read in", () => {
  const found = losses(
    quarantined('{"hostname":"doc"}', "clock is ahead by 50 min", 9),
    quarantined('{"hostname":"doc"}', "cpu is missing", 4),
  );
  expect(found).toMatchObject([{ source: "doc", quarantined: 2, reason: "clock is ahead by 50 min" }]);
});

test("a message without a host name is counted by its partition", () => {
  expect(losses(quarantined("junk", "not JSON", 1))).toMatchObject([
    { source: "(no host name), partition 1", quarantined: 1, reason: "not JSON" },
  ]);
});

test("a quarantined message may be without a reason", () => {
  expect(losses(record("quarantine", "junk", 1))).toMatchObject([
    { source: "(no host name), partition 2", reason: "(no reason)" },
  ]);
});

test("a host name cannot write control characters to the terminal", () => {
  const [found] = losses(quarantined('{"hostname":"\\u001b[31mdoc"}', "cpu is missing", 1));
  expect(found?.source).toBe("\u{fffd}[31mdoc");
});

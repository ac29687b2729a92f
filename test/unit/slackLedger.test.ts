import { describe, expect, it } from "vitest";
import { compare } from "../faults/slackLedger.ts";
import type { TopicRecord } from "../oracle/harness/topicReader.ts";

const row = (event: string, key: string, window_start: string, offset = 0): TopicRecord => ({
  partition: 0,
  offset,
  key,
  value: Buffer.from(JSON.stringify({ event, window_start })),
  timestamp: 0,
  headers: {},
});
const rows = [
  row("raised", "doc/cpu1", "2026-03-08 02:15:00"),
  row("still", "doc/cpu1", "2026-03-08 02:16:00"),
  row("cleared", "doc/cpu1", "2026-03-08 02:17:00"),
];
const RAISED =
  ":red_circle: *doc/cpu1* is over its threshold: 25 % on average, threshold 20 % (2026-03-08 02:15:00–02:15:30 UTC)";
const CLEARED =
  ":large_green_circle: *doc/cpu1* is no longer over its threshold: 5 % on average, threshold 20 % (for 2 min, 2026-03-08 02:17:00–02:17:30 UTC)";
const exact = { changes: 2, told: 2, missing: 0, repeated: 0, disordered: 0 };

describe("what was posted to Slack, compared with the rows of the alerts", () => {
  it("is exact if each start and end is posted once, in order", () => {
    expect(compare(rows, [RAISED, CLEARED])).toEqual({ ...exact, messages: 2 });
    expect(compare(rows, [`*CPU alerts:* 1 new, 1 resolved\n${RAISED}\n${CLEARED}`])).toEqual({
      ...exact,
      messages: 1,
    });
  });

  it("includes changes that a message only counts, but not reminders", () => {
    const text = `*CPU alerts:* 1 new, 3 ongoing, 1 resolved\n${RAISED}\n… and 4 more`;
    expect(compare(rows, [text])).toEqual({ ...exact, messages: 1 });
  });

  it("lacks a change that was not posted", () => {
    expect(compare(rows, [RAISED])).toEqual({ ...exact, messages: 1, told: 1, missing: 1 });
  });

  it("has a repeated change if one was posted twice, even if another is missing", () => {
    expect(compare(rows, [RAISED, RAISED])).toEqual({ ...exact, messages: 2, repeated: 1 });
  });

  it("is out of order if an end is posted before its start", () => {
    expect(compare(rows, [CLEARED, RAISED])).toEqual({ ...exact, messages: 2, disordered: 1 });
  });
});

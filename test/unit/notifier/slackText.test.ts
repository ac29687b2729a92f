import { expect, test } from "vitest";
import { MOST_LINES, slackText } from "../../../apps/notifier/slackText.ts";
import { alert, START, told, WINDOW_MS } from "./alerts.ts";

test("an alert has the series, the text of the row and the window", () => {
  expect(slackText([told(alert("raised", 1))])).toBe(
    ":red_circle: *dopey/cpu4* is over its threshold: 93.4 % on average, threshold 90 % (2026-01-05 13:00:30–13:01:00 UTC)",
  );
});

test("an alert that is ongoing or over shows how long it has lasted", () => {
  expect(slackText([told(alert("still", 19))])).toBe(
    ":large_orange_circle: *dopey/cpu4* is still over its threshold: 93.4 % on average, threshold 90 % (for 10 min, 2026-01-05 13:09:30–13:10:00 UTC)",
  );
  expect(slackText([told(alert("cleared", 250))])).toContain(
    "(for 2 h 5 min, 2026-01-05 15:05:00–15:05:30 UTC)",
  );
  expect(slackText([told(alert("cleared", 1))])).toContain("(for 1 min, ");
});

test("an alert whose silence has ended mentions that", () => {
  expect(slackText([told(alert("raised", 1), true)])).toMatch(/ UTC, silenced until now\)$/);
});

test("a rule without a window shows the time since when", () => {
  const row = alert("raised", 0, {
    rule: "silent",
    start: undefined,
    end: undefined,
    message: "no readings",
  });
  expect(slackText([told(row)])).toBe(":red_circle: *dopey/cpu4*: no readings (2026-01-05 13:00:00 UTC)");
});

test("host names cannot mention people, break the line or be very long", () => {
  const series = "<!channel>\n&/cpu1";
  const text = slackText([told(alert("raised", 1, { series }))]);
  expect(text).toContain("*&lt;!channel&gt; &amp;/cpu1* is over its threshold");
  expect(text).not.toMatch(/\n|<|>/);
  const long = slackText([told(alert("raised", 1, { series: `${"h".repeat(5_000)}/cpu1` }))]);
  expect(long.length).toBeLessThan(1_000);
});

test("many alerts share a message with a count and a line for each", () => {
  const rows = [
    told(alert("cleared", 1)),
    told(alert("raised", 2)),
    told(alert("raised", 3)),
    told(alert("still", 4)),
  ];
  const lines = slackText(rows).split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe("*CPU alerts:* 2 new, 1 ongoing, 1 resolved");
  expect(lines[1]).toContain("no longer over");
});

test("of very many alerts, the less urgent and the older ones are only counted", () => {
  const cleared = Array.from({ length: 25 }, (_, n) => told(alert("cleared", n)));
  const raised = Array.from({ length: 20 }, (_, n) => told(alert("raised", 30 + n)));
  const lines = slackText([...cleared, ...raised]).split("\n");
  expect(lines).toHaveLength(1 + MOST_LINES + 1);
  expect(lines[0]).toBe("*CPU alerts:* 20 new, 25 resolved");
  expect(lines.filter((line) => line.startsWith(":red_circle:"))).toHaveLength(20);
  expect(lines[1]).toContain(slackText([told(alert("cleared", 21))]));
  expect(lines.at(-1)).toBe("… and 21 more");
});

test("200 alerts stay under the 4,000 characters that Slack recommends", () => {
  const rows = Array.from({ length: 200 }, (_, n) =>
    told(alert("still", n, { series: `host-${n}.example.org/cpu1`, since: START - WINDOW_MS })),
  );
  expect(slackText(rows).length).toBeLessThan(4_000);
});

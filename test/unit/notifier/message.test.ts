import { expect, test } from "vitest";
import { MOST_LINES, messageId, messageText } from "../../../apps/notifier/message.ts";
import type { Change } from "../../../apps/notifier/series.ts";
import { aggregate, notification, START, WINDOW_MS } from "./windows.ts";

function change(kind: Change["kind"], n: number, more: Partial<Change> = {}): Change {
  const window = kind === "resolved" ? aggregate(n, 41.26) : notification(n, 93.44);
  return { threshold: 90, since: START, ...window, kind, ...more };
}

test("an alert names host, cpu, average, threshold and window", () => {
  expect(messageText([change("alert", 1)])).toBe(
    ":red_circle: *dopey/cpu4* is over its threshold: 93.4 % on average, threshold 90 % (2026-01-05 13:00:30–13:01:00 UTC)",
  );
});

test("a reminder says how long the series has been over", () => {
  expect(messageText([change("reminder", 20)])).toContain(
    "*dopey/cpu4* is still over its threshold, for 10 min: 93.4 %",
  );
});

test("a resolution says how long the excursion lasted, from the first window over the threshold", () => {
  expect(messageText([change("resolved", 250)])).toBe(
    ":large_green_circle: *dopey/cpu4* is back under its threshold, after 2 h 5 min: 41.3 % on average, threshold 90 % (2026-01-05 15:05:00–15:05:30 UTC)",
  );
  expect(messageText([change("resolved", 1)])).toContain("after 30 s");
});

test("a resolution over the last known threshold does not claim to be under it", () => {
  expect(messageText([change("resolved", 9, { average: 95 })])).toContain(
    "no longer over its threshold, which",
  );
});

test("host names cannot mention people or break the line", () => {
  const text = messageText([change("alert", 1, { hostname: "<!channel>\n&", cpu: "c".repeat(100) })]);
  expect(text).toContain(`*&lt;!channel&gt; &amp;/${"c".repeat(64)}…*`);
  expect(text).not.toContain("\n");
});

test("many changes share a message with a count and a line for each", () => {
  const text = messageText([change("resolved", 1), change("alert", 2), change("alert", 3)]);
  expect(text.split("\n")).toHaveLength(4);
  expect(text.split("\n")[0]).toBe("*CPU usage:* 2 over threshold, 1 back under");
  expect(text.split("\n")[1]).toContain("back under");
});

test("of very many changes, the less urgent and the older ones are only counted", () => {
  const resolved = Array.from({ length: 25 }, (_, n) => change("resolved", n));
  const alerts = Array.from({ length: 20 }, (_, n) => change("alert", 30 + n));
  const lines = messageText([...resolved, ...alerts]).split("\n");
  expect(lines).toHaveLength(1 + MOST_LINES + 1);
  expect(lines[0]).toBe("*CPU usage:* 20 over threshold, 25 back under");
  expect(lines.filter((line) => line.startsWith(":red_circle:"))).toHaveLength(20);
  expect(lines[1]).toContain(messageText([change("resolved", 21)]));
  expect(lines.at(-1)).toBe("… and 21 more");
});

test("200 changes stay under the 4,000 characters that Slack recommends", () => {
  const changes = Array.from({ length: 200 }, (_, n) =>
    change("reminder", n, { hostname: `host-${n}.example.org` }),
  );
  expect(messageText(changes).length).toBeLessThan(4_000);
});

test("an id is the same only for the same changes", () => {
  const id = messageId([change("alert", 1)]);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(messageId([change("alert", 1, { since: START - WINDOW_MS })])).toBe(id);
  expect(messageId([change("alert", 2)])).not.toBe(id);
  expect(messageId([change("reminder", 1)])).not.toBe(id);
  expect(messageId([change("alert", 1), change("alert", 2)])).not.toBe(id);
});

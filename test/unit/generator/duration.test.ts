import { expect, test } from "vitest";
import { parseDuration } from "../../../lib/duration.ts";

test.each([
  ["250ms", 250],
  ["90s", 90_000],
  ["10m", 600_000],
  ["1h", 3_600_000],
  ["1.5h", 5_400_000],
  ["7d", 604_800_000],
  ["0m", 0],
  [" 2m ", 120_000],
])("%s is %i ms", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "10", "m", "-5s", "10 m", "10min", "1h30m", "99999999999999d"])(
  "%j is not a duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

import { expect, test, vi } from "vitest";
import { mulberry32 } from "../../../apps/generator/random.ts";
import { expectedChanges, type Level, RULES, simulate } from "./simulation.ts";

const WINDOWS = 80;

/** Excursions of random length, with silence in between. */
function randomLevels(next: () => number): Level[] {
  let level: Level = "under";
  return Array.from({ length: WINDOWS }, () => {
    if (next() < 0.3) level = next() < 0.5 ? "over" : "under";
    return next() < 0.08 ? "silent" : level;
  });
}

// Thousands of steps, beside all the other tests.
vi.setConfig({ testTimeout: 30_000 });

const FIRST_READS: [string, number][] = [
  ["live", 0],
  ["after an outage of 10 minutes", 600_000],
  ["all of it from the past", WINDOWS * 30_000],
];

test.each(FIRST_READS)(
  "%s: each excursion has one alert besides reminders and one resolution, whatever is killed when",
  (_, start) => {
    for (let seed = 1; seed <= 400; seed++) {
      const next = mulberry32(seed);
      const levels = randomLevels(next);
      expect(simulate(levels, next, start), `seed ${seed}: ${levels.join(" ")}`).toEqual(
        expectedChanges(levels),
      );
    }
  },
);

test.each(FIRST_READS)(
  "%s: a series that flaps is one excursion until it has stayed under, whatever is killed when",
  (_, start) => {
    const calm = 90_000;
    for (let seed = 1; seed <= 120; seed++) {
      const next = mulberry32(seed);
      const levels = randomLevels(next);
      const rules = { ...RULES, calm };
      expect(simulate(levels, next, start, rules), `seed ${seed}: ${levels.join(" ")}`).toEqual(
        expectedChanges(levels, rules),
      );
    }
  },
);

test("a series that flaps at random is reported at most twice in any cool-down: once over, once back", () => {
  const rules = { cooldown: 600_000, calm: 600_000, grace: 10_000 };
  for (let seed = 1; seed <= 20; seed++) {
    const next = mulberry32(seed);
    // What an average of a few readings between 70 and 100 does around a threshold.
    const levels = Array.from({ length: 200 }, (): Level => (next() < 0.5 ? "over" : "under"));
    const told = simulate(levels, next, 0, rules).map((change) => change.split(" "));
    expect(told[0], `seed ${seed}`).toEqual(["alert", String(levels.indexOf("over"))]);
    for (const kinds of [["alert", "reminder"], ["resolved"]]) {
      const windows = told.filter(([kind = ""]) => kinds.includes(kind)).map(([, n]) => Number(n));
      const gaps = windows.slice(1).map((n, index) => n - (windows[index] ?? 0));
      expect(Math.min(...gaps, 20), `seed ${seed}: ${told.join(" ")}`).toBeGreaterThanOrEqual(20);
    }
  }
});

import { expect, test } from "vitest";
import { mulberry32 } from "../../../apps/generator/random.ts";
import { expectedChanges, type Level, simulate } from "./simulation.ts";

const WINDOWS = 80;

/** Excursions of random length, with silence in between. */
function randomLevels(next: () => number): Level[] {
  let level: Level = "under";
  return Array.from({ length: WINDOWS }, () => {
    if (next() < 0.3) level = next() < 0.5 ? "over" : "under";
    return next() < 0.08 ? "silent" : level;
  });
}

test.each([
  ["live", 0],
  ["after an outage of 10 minutes", 600_000],
  ["all of it from the past", WINDOWS * 30_000],
])("%s: an alert an excursion, reminders apart, one resolution, whatever is killed when", (_, start) => {
  for (let seed = 1; seed <= 400; seed++) {
    const next = mulberry32(seed);
    const levels = randomLevels(next);
    expect(simulate(levels, next, start), `seed ${seed}: ${levels.join(" ")}`).toEqual(
      expectedChanges(levels),
    );
  }
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { noteRestart, pauseBefore, restartsOf } from "../../../provider/process/restarts.ts";

const MINUTE_MS = 60_000;

it("a server that keeps dying is restarted ever more rarely, and at once after ten good minutes", () => {
  const times = Array.from({ length: 8 }, (_, index) => index * 1_000);
  const pauses = times.map((_, count) => pauseBefore({ count, times: times.slice(0, count) }, 8_000));
  expect(pauses).toEqual([0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  expect(pauseBefore({ count: 8, times }, 7_000 + 10 * MINUTE_MS)).toBe(0);
});

it("restarts are counted from the first on; their times are kept for ten minutes, the last one for good", () => {
  const directory = mkdtempSync(join(tmpdir(), "streaming-restarts-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  expect(restartsOf(directory)).toEqual({ count: 0, times: [] });
  noteRestart(directory, 1_000);
  noteRestart(directory, 2_000);
  expect(restartsOf(directory)).toEqual({ count: 2, times: [1_000, 2_000] });
  noteRestart(directory, 20 * MINUTE_MS);
  expect(restartsOf(directory)).toEqual({ count: 3, times: [20 * MINUTE_MS] });
});

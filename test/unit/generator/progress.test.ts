import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GeneratorOptionsError, parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { readProgress, runStart, writeProgress } from "../../../apps/generator/progress.ts";
import { encode, readings } from "../../../apps/generator/readings.ts";
import { Saver } from "../../../apps/generator/saver.ts";

const ORIGIN = Date.parse("2026-01-01T00:00:00Z");
const MINUTE = 60_000;

function firstTimeAfter(backfill: string | undefined, newest: number, now: number): number | undefined {
  const options = parseGeneratorOptions({ backfill }, now);
  const start = runStart(
    options,
    { sent: 100, sentHistory: 0, newest, updatedAt: newest, origin: ORIGIN },
    now,
  );
  return readings(start.options, start.firstTurn).next().value?.occurredAt;
}

describe("a run begins", () => {
  test("at start when there is no progress", () => {
    const options = parseGeneratorOptions({ backfill: "10m" }, ORIGIN);
    expect(runStart(options, undefined, ORIGIN + MINUTE)).toEqual({
      options,
      firstTurn: 0,
      sent: 0,
      sentHistory: 0,
      newest: 0,
    });
  });

  test("with the first event after the newest acknowledged one", () => {
    const newest = ORIGIN + 60_000 + 28;
    expect(firstTimeAfter("10m", newest, newest + 5 * MINUTE)).toBe(ORIGIN + 60_000 + 57);
  });

  test("at most backfill before now", () => {
    const newest = ORIGIN + 60_000;
    expect(firstTimeAfter("10m", newest, ORIGIN + 60 * MINUTE)).toBe(ORIGIN + 50 * MINUTE);
  });

  test("not before now without backfill", () => {
    const newest = ORIGIN + 60_000;
    expect(firstTimeAfter(undefined, newest, ORIGIN + 60 * MINUTE)).toBe(ORIGIN + 60 * MINUTE);
  });

  test("never at or before the newest one, even if the clock was set back", () => {
    const newest = ORIGIN + 60_000;
    expect(firstTimeAfter("10m", newest, newest - MINUTE)).toBe(ORIGIN + 60_028);
  });
});

test("a stopped and resumed sequence equals the uninterrupted one, whatever the time of the restart", () => {
  const options = parseGeneratorOptions({ backfill: "10m", count: 5_000, rate: 2_000 }, ORIGIN);
  const all = [...readings(options)];
  const newest = all[1_999]?.occurredAt ?? 0;
  const sent = all.filter(({ occurredAt }) => occurredAt <= newest).length;

  const later = parseGeneratorOptions({ backfill: "10m", count: 5_000, rate: 2_000 }, ORIGIN + MINUTE);
  const saved = { sent, sentHistory: 0, newest, updatedAt: 0, origin: options.start };
  const start = runStart(later, saved, ORIGIN - 9 * MINUTE);
  expect(start).toMatchObject({ sent, newest });
  expect([...readings(start.options, start.firstTurn)].map(encode)).toEqual(all.slice(sent).map(encode));
});

test("a duration counts from the first run's start, so a complete period stays complete", () => {
  const options = parseGeneratorOptions({ duration: "1m" }, ORIGIN);
  const newest = ORIGIN + 59_971;
  const start = runStart(
    options,
    { sent: 2_000, sentHistory: 0, newest, updatedAt: newest, origin: ORIGIN },
    newest,
  );
  expect([...readings(start.options, start.firstTurn)]).toEqual([]);
});

describe("the progress file", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "progress-"));
    file = join(directory, "progress.json");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test("returns what was written and leaves no other file behind", () => {
    const progress = {
      sent: 35,
      sentHistory: 4,
      newest: ORIGIN,
      updatedAt: ORIGIN + 5,
      origin: ORIGIN - 1000,
    };
    writeProgress(file, { ...progress, sent: 1 });
    writeProgress(file, progress);
    expect(readProgress(file)).toEqual(progress);
    expect(readdirSync(directory)).toEqual(["progress.json"]);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(progress);
  });

  test("that cannot be written, as on a full disk, ends nothing, is reported once and is written later", () => {
    const folder = join(directory, "deeper");
    writeFileSync(folder, "in the way");
    const lines: string[] = [];
    const saver = new Saver(undefined, join(folder, "progress.json"), (line) => lines.push(line));
    const progress = { sent: 35, sentHistory: 0, newest: ORIGIN, updatedAt: ORIGIN + 5, origin: ORIGIN };
    saver.save({ ...progress, sent: 1 });
    saver.save({ ...progress, sent: 2 });
    expect(lines).toEqual([expect.stringMatching(/^progress cannot be saved \(.*deeper.*\); trying again$/)]);
    rmSync(folder);
    saver.save(progress);
    expect(readProgress(join(folder, "progress.json"))).toEqual(progress);
  });

  test("may be missing, or lack the origin and what was sent of the history", () => {
    expect(readProgress(file)).toBeUndefined();
    writeFileSync(file, `{"sent":35,"newest":${ORIGIN},"updatedAt":7}`);
    expect(readProgress(file)).toEqual({
      sent: 35,
      sentHistory: 0,
      newest: ORIGIN,
      updatedAt: 7,
      origin: ORIGIN,
    });
  });

  test.each(["", "{", "null", '{"sent":1}', '{"sent":"1","newest":2}'])("must not contain %j", (text) => {
    writeFileSync(file, text);
    expect(() => readProgress(file)).toThrow(GeneratorOptionsError);
    expect(() => readProgress(file)).toThrow(file);
  });
});

import { expect, test } from "vitest";
import { GeneratorOptionsError, parseGeneratorOptions } from "../../../apps/generator/options.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

function problemsOf(raw: Record<string, unknown>): GeneratorOptionsError {
  try {
    parseGeneratorOptions(raw, NOW);
  } catch (error) {
    if (error instanceof GeneratorOptionsError) return error;
  }
  throw new Error("no GeneratorOptionsError");
}

test("the defaults are the tutorial's hosts, cpus and topic, once per second each, from now on", () => {
  expect(parseGeneratorOptions({}, NOW)).toEqual({
    rate: 35,
    hosts: ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey"],
    cpus: ["cpu1", "cpu2", "cpu3", "cpu4", "cpu5"],
    seed: 1,
    start: NOW,
    backfill: 0,
    history: 0,
    anomaliesPerDay: 120,
    opening: 0,
    topic: "cpu_load_stats_real",
  });
});

test("values may be text, as on a command line, and undefined means not given", () => {
  const raw = {
    rate: "0.5",
    hosts: "doc, web-1",
    cpus: "cpu1",
    seed: "-7",
    backfill: "10m",
    history: "24h",
    anomaliesPerDay: "2",
    count: "5",
    labels: "labels.jsonl",
    topic: "t",
    progressFile: "p.json",
    start: undefined,
    duration: undefined,
  };
  expect(parseGeneratorOptions(raw, NOW)).toEqual({
    rate: 0.5,
    hosts: ["doc", "web-1"],
    cpus: ["cpu1"],
    seed: -7,
    start: NOW - 600_000,
    backfill: 600_000,
    history: 86_400_000,
    anomaliesPerDay: 2,
    opening: 0,
    count: 5,
    labels: "labels.jsonl",
    topic: "t",
    progressFile: "p.json",
  });
});

test.each([
  ["2026-01-01T00:00:00Z", 1767225600000],
  ["2026-01-01T01:00:00.250+01:00", 1767225600250],
  ["2026-01-01", 1767225600000],
  [1633956789277, 1633956789277],
  ["1633956789277", 1633956789277],
])("start %s is %i", (start, expected) => {
  expect(parseGeneratorOptions({ start }).start).toBe(expected);
});

test.each([
  ["rate", 0],
  ["rate", 100_001],
  ["rate", "fast"],
  ["history", "a day"],
  ["anomaliesPerDay", -1],
  ["anomaliesPerDay", 121],
  ["anomaliesPerDay", 1.5],
  ["rate", ""],
  ["hosts", []],
  ["hosts", "doc,,happy"],
  ["hosts", ["doc", "doc"]],
  ["hosts", "a/b"],
  ["cpus", [7]],
  ["seed", 1.5],
  ["count", 0],
  ["duration", "10"],
  ["duration", "0s"],
  ["backfill", 600],
  ["backfill", "99999d"],
  ["start", "2026-01-01T00:00:00"],
  ["start", "2026-02-30"],
  ["start", -1],
  ["topic", ".."],
  ["topic", "a topic"],
  ["labels", " "],
  ["progressFile", 3],
  ["speed", 3],
])("%s %j is refused", (name, value) => {
  const { problems } = problemsOf({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ name, value });
});

test("all bad values are reported at once, each with its name, its value and what is allowed", () => {
  const { message, problems } = problemsOf({ rate: -1, seed: "x", duration: "soon", start: "yesterday" });
  expect(problems.map(({ name }) => name)).toEqual(["rate", "seed", "start", "duration"]);
  expect(message.split("\n")).toEqual([
    "The generator cannot run with these options:",
    "  rate: -1; allowed: a number over 0, at most 100000",
    '  seed: "x"; allowed: an integer',
    '  start: "yesterday"; allowed: an ISO time with a zone (2026-01-01T00:00:00Z) or epoch ms',
    '  duration: "soon"; allowed: a number with a unit (ms, s, m, h or d), such as 90s, 10m or 1h, from 1ms to 104249991d',
  ]);
});

test("a duration that is too long or too short is reported with the range that is allowed", () => {
  const { message } = problemsOf({ backfill: "99999d", history: "-1s", duration: "0s" });
  expect(message.match(/\w+: ".*?"|from \S+ to \S+/g)).toEqual([
    ...['backfill: "99999d"', "from 0s to 20513d", 'history: "-1s"', "from 0s to 20513d"],
    ...['duration: "0s"', "from 1ms to 104249991d"],
  ]);
});

test("count excludes duration, and backfill excludes start", () => {
  const { problems } = problemsOf({ count: 1, duration: "1s", backfill: "1m", start: 0 });
  expect(problems).toEqual([
    { name: "count", value: 1, allowed: "only without duration" },
    { name: "backfill", value: "1m", allowed: "only without start" },
  ]);
});

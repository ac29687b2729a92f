import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { anomaliesBetween } from "../../../apps/generator/anomalies.ts";
import { LabelFile } from "../../../apps/generator/labels.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { allSeries } from "../../../apps/generator/series.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const END = START + 600_000;
const SERIES = allSeries(parseGeneratorOptions({}));

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "labels-"));
  file = join(directory, "deeper", "labels.jsonl");
});
afterEach(() => rmSync(directory, { recursive: true }));

function lines(): string[] {
  return readFileSync(file, "utf8").split("\n").slice(0, -1);
}

function expected(from: number, to: number): string[] {
  return SERIES.flatMap((series) => anomaliesBetween(series, from, to))
    .map(({ kind, hostname, cpu, from, to }) => JSON.stringify({ kind, hostname, cpu, from, to }))
    .sort();
}

test("a label is a JSON line of kind, hostname, cpu, from and to", () => {
  new LabelFile(file, SERIES, START, false).advance(END);
  const shape =
    /^\{"kind":"(spike|saturation|slow-leak|drop-out)","hostname":"[a-z]+","cpu":"cpu\d","from":\d{13},"to":\d{13}\}$/;
  for (const line of lines()) expect(line).toMatch(shape);
});

test("the file contains each anomaly that overlaps the period once, however the period grows", () => {
  const labels = new LabelFile(file, SERIES, START, false);
  for (let to = START; to <= END; to += 777) labels.advance(to);
  labels.advance(END);
  labels.advance(START);

  expect(lines().length).toBeGreaterThan(20);
  expect(lines().sort()).toEqual(expected(START, END));
});

test("a new period replaces the file, a continued one adds what is missing", () => {
  new LabelFile(file, SERIES, START - 600_000, false).advance(START);
  const before = new LabelFile(file, SERIES, START, false);
  before.advance(START + 300_000);
  expect(lines().sort()).toEqual(expected(START, START + 300_000));

  const after = new LabelFile(file, SERIES, START + 299_000, true);
  for (let to = START + 299_500; to <= END; to += 500) after.advance(to);
  expect(lines().sort()).toEqual(expected(START, END));
});

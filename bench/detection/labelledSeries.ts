import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { groupBy } from "../../lib/groupBy.ts";
import { UserError } from "../../lib/userError.ts";

/** A period that people have labelled as anomalous, epoch ms, both ends included. */
export interface LabelWindow {
  readonly from: number;
  readonly to: number;
}

/** One series of a labelled data set. */
export interface LabelledSeries {
  readonly name: string;
  /** One value for each five-minute window that has any, in order; times are epoch ms. */
  readonly rows: readonly { readonly start: number; readonly value: number }[];
  readonly windows: readonly LabelWindow[];
}

const FIVE_MINUTES_MS = 300_000;

/**
 * Reads series in the format of the Numenta Anomaly Benchmark: `windows.json` maps each file to its label windows
 * (`{"a.csv": [["2014-02-26 13:45:00.000000", "2014-02-27 06:25:00.000000"]]}`), and a file has rows
 * `timestamp,value` below a header, in UTC.
 *
 * @throws UserError if the folder has no such files
 */
export function readLabelledSeries(folder: string): LabelledSeries[] {
  const labels = JSON.parse(readText(folder, "windows.json")) as Record<string, [string, string][]>;
  const files = readdirSync(folder).filter((file) => file.endsWith(".csv"));
  const missing = Object.keys(labels).filter((file) => !files.includes(file));
  if (missing.length > 0)
    throw new UserError(`${folder} has no ${missing.join(", ")}, which windows.json names`);
  return Object.entries(labels).map(([file, windows]) => ({
    name: file.replace(/\.csv$/, ""),
    rows: fiveMinuteRows(readText(folder, file)),
    windows: windows.map(([from, to]) => ({ from: timeOf(from), to: timeOf(to) })),
  }));
}

function readText(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), "utf8");
  } catch (error) {
    throw new UserError(
      `${join(folder, file)} cannot be read (${(error as Error).message}). --data is a folder of series and windows.json in the form of the Numenta Anomaly Benchmark`,
    );
  }
}

/** On a five-minute grid; several values in one window are averaged. */
function fiveMinuteRows(csv: string) {
  const readings = csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const windows = groupBy(
    readings,
    ([timestamp = ""]) => Math.floor(timeOf(timestamp) / FIVE_MINUTES_MS) * FIVE_MINUTES_MS,
  );
  return [...windows]
    .sort(([a], [b]) => a - b)
    .map(([start, all]) => ({
      start,
      value: all.reduce((sum, [, value]) => sum + Number(value), 0) / all.length,
    }));
}

const timeOf = (text: string) => Date.parse(`${text.trim().replace(" ", "T").slice(0, 19)}Z`);

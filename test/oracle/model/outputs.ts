import { groupBy } from "../../../lib/groupBy.ts";
import { type AlertRule, alerts } from "./episodes.ts";
import { expectations, type LearningRule } from "./expectations.ts";
import { fiveMinutes } from "./fiveMinutes.ts";
import { expectationRow, learnedAlerts } from "./learned.ts";
import { Ambiguous, type InputMessage, type Row } from "./message.ts";
import { type Reading, readHeartbeat, readReading } from "./reading.ts";
import { type Silences, silences } from "./silences.ts";
import type { Thresholds } from "./thresholds.ts";
import { flinkTime, searchTime, zonelessTime } from "./time.ts";
import { type Barrier, earliestClosing, finalWatermark, inTime } from "./watermark.ts";
import { type ClosedWindow, closedWindows, rises, type WindowResult } from "./windows.ts";

/** What the outputs are derived from. */
export interface Situation {
  /** Each partition's messages in offset order. */
  readonly input: readonly InputMessage[];
  readonly barriers: readonly Barrier[];
  /** Partitions that had been silent for a long time when the last messages arrived. */
  readonly idle?: ReadonlySet<number>;
  readonly thresholds: Thresholds;
  /** The setting `trend.windows`. */
  readonly trendWindows: number;
  readonly alertRule: AlertRule;
  /** Windows that earlier input closed; episodes may have begun in them. */
  readonly earlier?: readonly ClosedWindow[];
}

/** What the rules that look at the whole input depend on, besides the input. */
export interface WholeSituation extends Pick<Situation, "input" | "barriers" | "idle"> {
  readonly learningRule: LearningRule;
  readonly silentAfterMs: number;
}

/** The rows of every output, by pipeline. */
export type Outputs = Record<OutputName, Row[]>;
export const outputNames = [
  "filter",
  "aggregate",
  "thresholdFilter",
  "countOverThreshold",
  "search",
  "notify",
  "alerts",
  "trend",
  "quarantine",
  "late",
] as const;
export type OutputName = (typeof outputNames)[number];

/** The rows of outputs that depend on the whole input, not only on that of one stretch. */
export type WholeOutputs = Record<WholeOutputName, Row[]>;
export const wholeOutputNames = ["silent", "expect", "learned"] as const;
export type WholeOutputName = (typeof wholeOutputNames)[number];

const FILTER_OVER = 80;
const SEARCHED_HOSTS = ["happy", "sleepy"];

/** A window as it appears in the results of `aggregate`. */
export const windowRow = ({ start, end, hostname, cpu, average, maximum }: WindowResult) => ({
  window_start: flinkTime(start),
  window_end: flinkTime(end),
  hostname,
  cpu,
  usage_avg: average,
  usage_max: maximum,
});

/**
 * Everything that the pipelines must produce.
 *
 * @throws Ambiguous if the input does not determine it
 */
export function expectedOutputs({
  input,
  barriers,
  idle = new Set(),
  thresholds,
  trendWindows,
  alertRule,
  earlier = [],
}: Situation): Outputs {
  const read = input.map((message) => ({ message, reading: readReading(message) }));
  const readings = read.flatMap(({ reading }) => reading ?? []);
  const { counted, windows } = countedIn({ input, barriers, idle }, readings);
  const over = readings.flatMap((reading) => overThreshold(reading, thresholds));
  const averagesOver = windowsOverThreshold(windows, thresholds);
  return {
    filter: readings.filter(({ usage }) => usage > FILTER_OVER).map(readingRow),
    aggregate: windows.map(windowRow),
    thresholdFilter: over.map(({ reading, threshold }) => ({ ...readingRow(reading), threshold })),
    countOverThreshold: [...groupBy(windows, ({ start }) => start).keys()].map((start) => ({
      time_ltz: flinkTime(start),
      nr_cpus_over_threshold: averagesOver.filter(({ window }) => window.start === start).length,
    })),
    search: searchDocuments(over),
    notify: averagesOver.map(({ window: { start, end, hostname, cpu, average }, threshold }) => ({
      key: `${hostname}/${cpu}`,
      hostname,
      cpu,
      window_start: flinkTime(start),
      window_end: flinkTime(end),
      usage_avg: average,
      threshold,
      message: `host:${hostname} CPU: ${cpu} avg CPU value:usage_avg over the threshold ${threshold}`,
    })),
    alerts: alerts([...earlier, ...windows], thresholds, alertRule),
    trend: rises(windows, trendWindows).map(({ hostname, cpu, first, last }) => ({
      hostname,
      cpu,
      trend_start: flinkTime(first.start),
      trend_end: flinkTime(last.end),
      usage_first: first.average,
      usage_last: last.average,
    })),
    quarantine: read
      .filter(({ message, reading }) => reading === undefined && readHeartbeat(message) === undefined)
      .map(({ message: { value, partition, offset, timestamp } }) => ({
        value: value?.toString("base64") ?? null,
        partition: String(partition),
        offset: String(offset),
        time: zonelessTime(timestamp),
      })),
    late: withoutThose(readings, counted).map(readingRow),
  };
}

/** What silence and learning must produce, and the series whose silences the input does not determine. */
export function expectedOfAll(
  situation: WholeSituation,
): WholeOutputs & { readonly undecided: Silences["undecided"] } {
  const { input, barriers, idle, learningRule, silentAfterMs } = situation;
  const readings = input.flatMap((message) => readReading(message) ?? []);
  const heartbeats = input.flatMap((message) => readHeartbeat(message) ?? []);
  const watermark = finalWatermark([...readings, ...heartbeats], idle);
  const silence = silences({ readings, heartbeats, barriers, watermark, silentAfterMs });
  const expected = expectations(fiveMinutes(expectedWindows(situation)), learningRule);
  return {
    silent: silence.rows,
    undecided: silence.undecided,
    expect: expected.map(expectationRow),
    learned: learnedAlerts(expected),
  };
}

/** The windows that the input closes. */
export function expectedWindows(situation: Pick<Situation, "input" | "barriers" | "idle">): ClosedWindow[] {
  const readings = situation.input.flatMap((message) => readReading(message) ?? []);
  return countedIn(situation, readings).windows;
}

function countedIn(
  { input, barriers, idle = new Set() }: Pick<Situation, "input" | "barriers" | "idle">,
  readings: readonly Reading[],
) {
  const heartbeats = input.flatMap((message) => readHeartbeat(message) ?? []);
  const ticks = [...readings, ...heartbeats];
  const counted = inTime(readings, barriers, heartbeats);
  return { counted, windows: closedWindows(counted, finalWatermark(ticks, idle), earliestClosing(ticks)) };
}

function withoutThose(readings: readonly Reading[], counted: readonly Reading[]): Reading[] {
  const those = new Set(counted);
  return readings.filter((reading) => !those.has(reading));
}

const readingRow = ({ occurredAt, hostname, cpu, usage }: Reading) => ({
  time_ltz: flinkTime(occurredAt),
  hostname,
  cpu,
  usage,
});

interface Over {
  readonly reading: Reading;
  readonly threshold: number;
}

function overThreshold(reading: Reading, thresholds: Thresholds): Over[] {
  return thresholds.decide(reading.hostname, reading.timestamp, (threshold) =>
    threshold !== undefined && reading.usage > threshold ? [{ reading, threshold }] : [],
  );
}

function windowsOverThreshold(
  windows: readonly ClosedWindow[],
  thresholds: Thresholds,
): { window: ClosedWindow; threshold: number }[] {
  return windows.flatMap((window) =>
    thresholds.decide(window.hostname, window.closedAt, (threshold) =>
      threshold !== undefined && window.average > threshold ? [{ window, threshold }] : [],
    ),
  );
}

/** One document per id; of several rows with the same id, the last. */
function searchDocuments(over: readonly Over[]): Row[] {
  const documents = over
    .filter(({ reading }) => SEARCHED_HOSTS.includes(reading.hostname))
    .map(({ reading: { hostname, cpu, usage, occurredAt, partition }, threshold }) => ({
      partition,
      document: {
        _id: `${hostname}_${cpu}_${occurredAt}`,
        time_ltz: searchTime(occurredAt),
        hostname,
        cpu,
        usage,
        threshold,
        occurred_at: occurredAt,
      },
    }));
  return [...groupBy(documents, ({ document }) => document._id)].map(([id, versions]) => {
    const differs = new Set(versions.map(({ document }) => document.usage)).size > 1;
    if (differs && new Set(versions.map(({ partition }) => partition)).size > 1) {
      throw new Ambiguous(`${id} is in several partitions; which comes last?`);
    }
    return versions.at(-1)?.document ?? {};
  });
}

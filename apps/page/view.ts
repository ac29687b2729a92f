import type { Part } from "./model/parts.ts";
import type { Lost, ReasonCount } from "./model/quarantine.ts";
import type { Silence } from "./model/silences.ts";
import type { HostThreshold } from "./model/thresholds.ts";

/*
 * What the server sends to the browser: sections, each sent whole when it has changed. All times are epoch ms. Unknown
 * values are null, because JSON has no undefined.
 */

export interface StatusView {
  readonly stack: string;
  /** The range that is shown if the browser leaves it to the server. */
  readonly range: Range;
  readonly readOnly: boolean;
  /** How long pipelines may use an old threshold after a change, in ms. */
  readonly thresholdCacheMs: number;
  readonly parts: readonly Part[];
  /** The pipelines that are behind, the furthest behind first. */
  readonly behind: readonly BehindView[];
  readonly readingsPerSecond: number | null;
  /** When the newest reading arrived. */
  readonly newestReadingAt: number | null;
  /** How long after it there are none, in ms: twice the longest pause of the last minutes, at least. */
  readonly noReadingsAfterMs: number;
  /** Whether the page still reads what arrived while it did not, so that newer readings may be there. */
  readonly isCatchingUp: boolean;
  /** How many ongoing episodes are not among the episodes, because there are too many. */
  readonly episodesLeftOut: number;
  readonly filterLatency: LatencyView | null;
  readonly alertLatency: LatencyView | null;
}

/** A pipeline that is further behind than checkpoints explain. */
export interface BehindView {
  readonly pipeline: string;
  readonly messages: number;
  /** How long the oldest of these has waited, at least. */
  readonly seconds: number;
  /** Seconds until it has caught up at this pace; null if it does not catch up. */
  readonly leftSeconds: number | null;
  /** The event time that it has reached; null if Flink does not report it. */
  readonly reachedAt: number | null;
  /** What holds it up. `start`: its job has just begun. */
  readonly cause: "start" | "output" | "busy" | "checkpoint" | "not known";
  /** What it writes, in words. */
  readonly output: string;
}

/** Of the newest results, in ms. */
export interface LatencyView {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

/** Hosts, and the CPUs of those that are unfolded, over time. */
export interface LanesView {
  /** Start of the first cell. */
  readonly from: number;
  readonly cellMs: number;
  readonly cells: number;
  /** The worst first. */
  readonly hosts: readonly LaneView[];
  /** How many hosts there are, shown or not. */
  readonly total: number;
  /** How many series are kept, if there are more; null if all are kept. */
  readonly keptSeries: number | null;
}

export interface LaneView {
  readonly hostname: string;
  /** Null for the host as a whole. */
  readonly cpu: string | null;
  /**
   * The highest average in each cell, in percent of the threshold, or the usage itself if there is no threshold; or in
   * percent of the highest expected value, if it was over that. Null without data.
   */
  readonly levels: readonly (number | null)[];
  readonly threshold: number | null;
  /** How many windows the learned rule has seen of those that it needs; null if it already judges, or does not run. */
  readonly learning: { readonly seen: number; readonly needed: number } | null;
  /** Of a host that is unfolded: by name, those that are shown. */
  readonly cpus: readonly LaneView[];
  /** How many CPUs of the host are known; 0 for a CPU. */
  readonly totalCpus: number;
}

export interface SeriesView {
  readonly hostname: string;
  readonly cpu: string;
  readonly from: number;
  readonly to: number;
  /** The highest reading of each second: its time and usage. */
  readonly readings: readonly (readonly [number, number])[];
  /** Start, average, maximum. */
  readonly windows: readonly (readonly [number, number, number])[];
  /** What the learned rule expected: start and end, lower and upper bound. */
  readonly expected: readonly (readonly [number, number, number, number])[];
  readonly windowMs: number;
  readonly threshold: number | null;
  /** Start and end of each window that raised an alert: 30 s of an average, 5 min of what was learned, or a silence. */
  readonly fired: readonly (readonly [start: number, end: number])[];
  readonly learning: { readonly seen: number; readonly needed: number } | null;
}

/** Readings per second of the whole stack. */
export interface ThroughputView {
  readonly from: number;
  readonly to: number;
  /** Time, and readings per second. */
  readonly points: readonly (readonly [number, number])[];
}

export type EpisodeState = "firing" | "silenced" | "resolved";

export interface EpisodeView {
  readonly id: string;
  readonly rule: string;
  readonly hostname: string;
  readonly cpu: string;
  readonly since: number;
  /** When it ended; null while it is ongoing. */
  readonly until: number | null;
  readonly state: EpisodeState;
  readonly actual: number | null;
  readonly threshold: number | null;
  readonly expected: number | null;
  readonly message: string;
}

export interface PipelineView {
  readonly readingsPerSecond: number | null;
  readonly jobs: readonly JobView[];
}

export interface JobView {
  readonly pipeline: string;
  /** From Flink; null if Flink does not answer, or does not know the job. */
  readonly state: string | null;
  readonly allTasksRunning: boolean;
  /** What it reads: the name of a pipeline, or null for the readings. */
  readonly reads: string | null;
  /** What it writes, in words. */
  readonly output: string;
  readonly rowsPerSecond: number | null;
  readonly lag: {
    readonly messages: number;
    /** How long the oldest message has waited; null if only the least time is known. */
    readonly seconds: number | null;
    readonly atLeastSeconds: number;
    readonly trend: -1 | 0 | 1;
  } | null;
  readonly busy: number | null;
  readonly backPressured: number | null;
  readonly restarts: number | null;
  readonly checkpoint: { readonly at: number; readonly durationMs: number } | null;
  readonly watermarkDelayMs: number | null;
}

export interface QuarantineView {
  readonly reasons: readonly ReasonCount[];
  readonly examples: readonly Lost[];
}

export interface ThresholdView extends HostThreshold {
  /** Whether the pipelines use it: they have written a row with it, or their caches have expired since. */
  readonly isUsed: boolean;
}

export interface ThresholdsView {
  /** Of those found, the first ones by host. */
  readonly rows: readonly ThresholdView[];
  /** How many hosts were found, shown or not, and how many there are. */
  readonly found: number;
  readonly total: number;
  /** How many the page knows, by host, if there are more; null if it knows all. */
  readonly kept: number | null;
  /** Changes whenever a threshold does, shown or not. */
  readonly state: string;
}

export interface SilenceView extends Omit<Silence, "until"> {
  /** Null until somebody ends it. */
  readonly until: number | null;
}

export interface SilencesView {
  /** Those that end first. */
  readonly rows: readonly SilenceView[];
  readonly total: number;
}

/** What a threshold would have done in the last hour. */
export interface PreviewView {
  readonly episodes: number;
  /** How many CPUs of the host were counted, and how many of their windows. */
  readonly cpus: number;
  readonly windows: number;
  /** How far these go back; 0 without any. */
  readonly minutes: number;
  /** How many series are kept, if there are more; null if all are kept. */
  readonly keptSeries: number | null;
}

export interface Sections {
  readonly status: StatusView;
  readonly lanes: LanesView;
  /** Null if no CPU is selected. */
  readonly series: SeriesView | null;
  /** Newest first. */
  readonly episodes: readonly EpisodeView[];
  /** Those of the selected host, or of all; null until PostgreSQL has answered. */
  readonly thresholds: ThresholdsView | null;
  readonly silences: SilencesView;
  readonly pipeline: PipelineView;
  readonly quarantine: QuarantineView;
  readonly throughput: ThroughputView;
}

export type SectionName = keyof Sections;

/** The ranges that the page offers, by their names in its address: minutes, and cells per lane. */
export const RANGES = {
  "15m": { minutes: 15, cells: 30 },
  "1h": { minutes: 60, cells: 30 },
  "6h": { minutes: 360, cells: 36 },
  "1d": { minutes: 1_440, cells: 24 },
} as const;

export type Range = keyof typeof RANGES;

/** The range of that name; undefined if there is none. */
export const rangeNamed = (name: string): Range | undefined =>
  Object.hasOwn(RANGES, name) ? (name as Range) : undefined;

/** The last time that a Date, and so a browser, can show, epoch ms. */
export const LAST_TIME = 8.64e15;

/** How many hosts are unfolded at the same time. */
export const MOST_UNFOLDED = 20;

/** What a browser shows. */
export interface Query extends Omit<Asked, "range"> {
  readonly range: Range;
}

/** What a browser asks for. */
export interface Asked {
  /** Undefined to leave it to the server. */
  readonly range: Range | undefined;
  readonly hostname: string | undefined;
  readonly cpu: string | undefined;
  /** Hosts whose CPUs are shown. */
  readonly unfolded: readonly string[];
}

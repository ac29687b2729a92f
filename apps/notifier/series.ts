import type { Aggregate, OverThreshold, SeriesName, Window } from "./records.ts";

/** A change of a series that is posted; the window is the one that caused it. */
export interface Change extends SeriesName, Window {
  /** `alert`: went over its threshold, `reminder`: still over, `resolved`: back under. */
  readonly kind: "alert" | "reminder" | "resolved";
  /** Percent; for `resolved`, the threshold of the last window over it. */
  readonly average: number;
  readonly threshold: number;
  /** Start of the first window over the threshold, epoch ms. */
  readonly since: number;
}

/** With the time of reading, epoch ms. */
export type Read<T> = T & { readonly readAt: number };
export type Over = Omit<OverThreshold, keyof SeriesName>;
export type Average = Omit<Aggregate, keyof SeriesName>;

/** All that is known of a series, as JSON in the state topic. Times in epoch ms. */
export interface SeriesState extends SeriesName {
  readonly open: boolean;
  /** Start of the excursion over the threshold. */
  readonly since: number;
  /** End of the window of the newest alert or reminder. */
  readonly notifiedAt: number;
  /** The newest window over the threshold, and the newest that was decided to be under it. */
  readonly over?: Over;
  readonly under?: Average;
  /** Aggregated windows after both, which a notification may yet prove to be over. */
  readonly candidates: readonly Read<Average>[];
  /** Notifications that wait for the aggregates before them. */
  readonly waiting: readonly Read<Over>[];
}

/** Two hours of windows of 30 s. */
const MOST_CANDIDATES = 240;

export function newSeries({ hostname, cpu }: SeriesName): SeriesState {
  return { hostname, cpu, open: false, since: 0, notifiedAt: 0, candidates: [], waiting: [] };
}

/** The series with a notification that was read at `readAt`; itself when that is known or outdated. */
export function withNotification(series: SeriesState, read: OverThreshold, readAt: number): SeriesState {
  const { start, end, average, threshold } = read;
  if (end <= endOf(series.over) || series.waiting.some((other) => other.end === end)) return series;
  return { ...series, waiting: inserted(series.waiting, { start, end, average, threshold, readAt }) };
}

/** The series with an aggregate that was read at `readAt`; itself when that is known or outdated. */
export function withAggregate(series: SeriesState, read: Aggregate, readAt: number): SeriesState {
  const { start, end, average } = read;
  const decided = Math.max(endOf(series.over), endOf(series.under));
  if (end <= decided || series.candidates.some((other) => other.end === end)) return series;
  const candidates = inserted(series.candidates, { start, end, average, readAt });
  // The first of them ends an excursion; all others only have to be some.
  return {
    ...series,
    candidates: candidates.length > MOST_CANDIDATES ? candidates.toSpliced(1, 1) : candidates,
  };
}

function inserted<T extends Window>(windows: readonly T[], window: T): T[] {
  return [...windows, window].sort((a, b) => a.end - b.end);
}

/** The end of a window; for none, before all others. */
export function endOf(window: Window | undefined): number {
  return window?.end ?? Number.NEGATIVE_INFINITY;
}

import type { LabelledSeries } from "./labelledSeries.ts";
import { warmUpEnd } from "./score.ts";

/** The unusual rows of a series, as their start times in epoch ms. */
export type Detector = (series: LabelledSeries) => number[];

const THREE_DAYS_MS = 3 * 86_400_000;
const LIKE_IT = 3;
const RELATIVE = 0.2;

/** Rows over a fixed threshold: the 99th percentile of the warm-up. */
export const overThreshold: Detector = (series) => {
  const until = warmUpEnd(series);
  const shown = series.rows.flatMap(({ start, value }) => (start < until ? [value] : []));
  const sorted = shown.sort((a, b) => a - b);
  const threshold = sorted[Math.floor(0.99 * sorted.length)] ?? Number.POSITIVE_INFINITY;
  return series.rows.flatMap(({ start, value }) => (value > threshold ? [start] : []));
};

/** Rows more than three standard deviations, and more than 20 %, off the mean of the previous three days. */
export const threeDayScore: Detector = ({ rows }) => {
  let first = 0;
  let sum = 0;
  let squares = 0;
  return rows.flatMap(({ start, value }, index) => {
    for (; (rows[first]?.start ?? start) < start - THREE_DAYS_MS; first++) {
      const old = rows[first]?.value ?? 0;
      sum -= old;
      squares -= old * old;
    }
    const count = index - first;
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 0));
    const off = Math.abs(value - mean);
    sum += value;
    squares += value * value;
    return count > 1 && off > LIKE_IT * deviation && off > RELATIVE * Math.abs(mean) ? [start] : [];
  });
};

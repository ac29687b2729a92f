import { groupBy } from "../../../lib/groupBy.ts";
import type { Reading } from "./reading.ts";
import { WINDOW_MS, windowStart } from "./watermark.ts";

/** Average and maximum of one series in one window. */
export interface WindowResult {
  readonly start: number;
  readonly end: number;
  readonly hostname: string;
  readonly cpu: string;
  readonly average: number;
  readonly maximum: number;
}

/** A window, and when Kafka received the first message that could close it, epoch ms. */
export interface ClosedWindow extends WindowResult {
  readonly closedAt: number;
}

/** A (host, cpu) pair as a map key; names contain no control characters. */
export const seriesKey = ({ hostname, cpu }: { hostname: string; cpu: string }) => `${hostname}\n${cpu}`;

/** The results of the windows that a watermark has closed. */
export function closedWindows(
  inTime: readonly Reading[],
  watermark: number,
  closingOf: (windowEnd: number) => number,
): ClosedWindow[] {
  const groups = groupBy(inTime, (reading) => `${windowStart(reading.occurredAt)}\n${seriesKey(reading)}`);
  return [...groups.values()].flatMap((group) => {
    const [{ occurredAt, hostname, cpu }] = group as [Reading];
    const start = windowStart(occurredAt);
    const end = start + WINDOW_MS;
    if (end - 1 > watermark) return [];
    const usages = group.map(({ usage }) => usage);
    const average = usages.reduce((sum, usage) => sum + usage, 0) / usages.length;
    const maximum = Math.max(...usages);
    return [{ start, end, hostname, cpu, average, maximum, closedAt: closingOf(end) }];
  });
}

/** A rise of a series' averages over directly adjacent windows. */
export interface Rise {
  readonly hostname: string;
  readonly cpu: string;
  readonly first: WindowResult;
  readonly last: WindowResult;
}

/** Every run of `length` adjacent windows of a series with strictly rising averages; runs may overlap. */
export function rises(windows: readonly WindowResult[], length: number): Rise[] {
  const series = groupBy(windows, seriesKey);
  return [...series.values()].flatMap((unsorted) => {
    const sorted = unsorted.toSorted((a, b) => a.start - b.start);
    let run: WindowResult[] = [];
    return sorted.flatMap((window) => {
      const before = run.at(-1);
      const risen = before?.end === window.start && window.average > before.average;
      run = risen ? [...run, window].slice(-length) : [window];
      const [first] = run;
      if (run.length < length || first === undefined) return [];
      return [{ hostname: window.hostname, cpu: window.cpu, first, last: window }];
    });
  });
}

import { groupBy } from "../../../lib/groupBy.ts";
import { FIVE_MINUTES_MS, type FiveMinutes } from "./expectations.ts";
import { seriesKey, type WindowResult } from "./windows.ts";

/** How far apart the rows of `aggregate` may be. */
const DISORDER_MS = 30_000;

/** The five-minute windows that have closed once all windows are read, in any partition. */
export function fiveMinutes(windows: readonly WindowResult[]): FiveMinutes[] {
  const watermark = windows.reduce((newest, { start }) => Math.max(newest, start), 0) - DISORDER_MS;
  const startOf = (time: number) => Math.floor(time / FIVE_MINUTES_MS) * FIVE_MINUTES_MS;
  const groups = groupBy(windows, (window) => `${startOf(window.start)}\n${seriesKey(window)}`);
  return [...groups.values()].flatMap((group) => {
    const [{ hostname, cpu, start }] = group as [WindowResult];
    if (startOf(start) + FIVE_MINUTES_MS - 1 > watermark) return [];
    const average = group.reduce((sum, window) => sum + window.average, 0) / group.length;
    const peak = Math.max(...group.map((window) => window.maximum));
    return [{ hostname, cpu, start: startOf(start), average, peak }];
  });
}

import type { World } from "../model/world.ts";
import type { Query, SeriesView } from "../view.ts";
import { cellsOf } from "./cells.ts";
import { chosenSeries } from "./chosenSeries.ts";

const WINDOW_MS = 30_000;

/** One series over the range; null if it has never been seen. */
export function seriesView(world: World, { range, ...query }: Query, now: number): SeriesView | null {
  const { from, to } = cellsOf(range, now);
  const series = chosenSeries(world, query, from);
  if (series === undefined) return null;
  const { hostname, cpu } = series;
  const seconds = from / 1000;
  return {
    hostname,
    cpu,
    from,
    to,
    readings: series.readings.since(seconds).map(([second, usage]) => [second * 1000, rounded(usage)]),
    windows: series.windows
      .since(seconds)
      .map(([start, average, maximum]) => [start * 1000, rounded(average), rounded(maximum)]),
    expected: series.expected
      .since(seconds)
      .flatMap(([start, , lower = Number.NaN, upper = Number.NaN, length = 0]) =>
        Number.isNaN(lower) || Number.isNaN(upper)
          ? []
          : [[start * 1000, (start + length) * 1000, rounded(lower), rounded(upper)] as const],
      ),
    windowMs: WINDOW_MS,
    threshold: world.thresholds.of(hostname) ?? null,
    fired: firedWindows(world, hostname, cpu, from),
    learning: series.learning ?? null,
  };
}

/** To two decimals, which a float of 4 bytes has. */
const rounded = (value: number | undefined) => Math.round((value ?? 0) * 100) / 100;

/** The windows with which episodes were raised. */
function firedWindows(world: World, hostname: string, cpu: string, from: number): number[] {
  const starts = world.episodes
    .since(from)
    .filter((episode) => episode.hostname === hostname && episode.cpu === cpu)
    .flatMap(({ since, raisedUntil }) => {
      const count = Math.round((raisedUntil - since) / WINDOW_MS);
      return Array.from({ length: Math.max(0, count) }, (_, index) => since + index * WINDOW_MS);
    });
  return [...new Set(starts.filter((start) => start >= from))].sort((a, b) => a - b);
}

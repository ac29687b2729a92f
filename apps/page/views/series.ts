import type { World } from "../model/world.ts";
import type { Query, SeriesView } from "../view.ts";
import { chosenSeries } from "./chosenSeries.ts";
import { CELLS, cellsOf } from "./lanes.ts";

const WINDOW_MS = 30_000;

/** One series over the range; null if it has never been seen. */
export function seriesView(world: World, { range, ...query }: Query, now: number): SeriesView | null {
  const { from, cellMs } = cellsOf(range, now);
  const series = chosenSeries(world, query, from);
  if (series === undefined) return null;
  const { hostname, cpu } = series;
  const bounds = new Map(
    series.expected.since(from / 1000).map(([start, , lower, upper]) => [start, [lower, upper]]),
  );
  return {
    hostname,
    cpu,
    from,
    to: from + CELLS * cellMs,
    readings: series.readings
      .since(from / 1000)
      .map(([second, usage]) => [second * 1000, rounded(usage) ?? 0]),
    windows: series.windows.since(from / 1000).map(([start, average, maximum]) => {
      const [lower, upper] = bounds.get(start) ?? [];
      return [
        start * 1000,
        rounded(average) ?? 0,
        rounded(maximum) ?? 0,
        rounded(lower),
        rounded(upper),
      ] as const;
    }),
    windowMs: WINDOW_MS,
    threshold: world.thresholds.of(hostname) ?? null,
    fired: firedWindows(world, hostname, cpu, from),
    learning: series.learning ?? null,
  };
}

/** Two decimals, which a float of 4 bytes has; null if it is none. */
function rounded(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : Math.round(value * 100) / 100;
}

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

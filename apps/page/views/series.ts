import type { Episode } from "../model/episodes.ts";
import type { Series } from "../model/seriesStore.ts";
import type { World } from "../model/world.ts";
import type { Query, SeriesView } from "../view.ts";
import { cellsOf } from "./cells.ts";
import { chosenSeries } from "./chosenSeries.ts";

/** Of the pipeline aggregate. */
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
    fired: firedWindows(world, series, from),
    learning: series.learning ?? null,
  };
}

/** To two decimals, which a float of 4 bytes has. */
const rounded = (value: number | undefined) => Math.round((value ?? 0) * 100) / 100;

/** The windows that raised episodes, each once, by their start. */
function firedWindows(world: World, series: Series, from: number): SeriesView["fired"] {
  const windows = world.episodes
    .since(from)
    .filter(({ hostname, cpu }) => hostname === series.hostname && cpu === series.cpu)
    .flatMap((episode) => raisingWindows(episode, series))
    .filter(([, end]) => end > from);
  return [...new Map(windows.map((window) => [window.join(), window])).values()].sort((a, b) => a[0] - b[0]);
}

/** The window that raised an episode, after the consecutive windows that it took (alerts.raiseAfter). */
function raisingWindows({ since, raisedWith }: Episode, { windows }: Series): (readonly [number, number])[] {
  if (raisedWith === undefined) return [];
  const [start] = raisedWith;
  const earlier = windows.since(since / 1000).filter(([seconds]) => seconds * 1000 < start);
  return [...earlier.map(([seconds]) => [seconds * 1000, seconds * 1000 + WINDOW_MS] as const), raisedWith];
}

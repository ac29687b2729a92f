import type { Series } from "../model/seriesStore.ts";
import type { World } from "../model/world.ts";
import type { Query } from "../view.ts";

/**
 * The series that a query selects. If it names no CPU, the worst of the host; if it names no host, the worst of all:
 * the one with the newest episode, or else the one closest to its threshold.
 *
 * @param from start of the windows that count, epoch ms
 */
export function chosenSeries(
  world: World,
  { hostname, cpu }: Pick<Query, "hostname" | "cpu">,
  from: number,
): Series | undefined {
  if (hostname !== undefined && cpu !== undefined) return world.series.find(hostname, cpu);
  const fits = (series: { readonly hostname: string }) =>
    hostname === undefined || series.hostname === hostname;
  const [episode] = world.episodes.since(from).filter(fits);
  const anomalous = episode && world.series.find(episode.hostname, episode.cpu);
  if (anomalous !== undefined) return anomalous;
  let worst: Series | undefined;
  let highest = -1;
  for (const series of world.series.all()) {
    if (!fits(series)) continue;
    const level = levelOf(series, world.thresholds.of(series.hostname) ?? 100, from);
    if (level > highest) [worst, highest] = [series, level];
  }
  return worst;
}

function levelOf({ windows }: Series, threshold: number, from: number): number {
  let highest = 0;
  windows.each(from / 1000, (_, column) => {
    highest = Math.max(highest, column(0) / Math.max(threshold, 0.1));
  });
  return highest;
}

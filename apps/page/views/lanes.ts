import { groupBy } from "../../../lib/groupBy.ts";
import type { Series } from "../model/seriesStore.ts";
import type { World } from "../model/world.ts";
import type { LanesView, LaneView, Query } from "../view.ts";
import { type Cells, cellsOf } from "./cells.ts";

/** How many hosts are shown; the others are only counted. */
const MOST_LANES = 40;
/** How many CPUs are shown of a host that is unfolded; the others are only counted. */
const MOST_CPUS = 50;

/** Hosts over time. Those that are worst now, or were in the range, come first. */
export function lanesView(world: World, { range, hostname, cpu, unfolded }: Query, now: number): LanesView {
  const cells = cellsOf(range, now);
  const byHost = groupBy(world.series.all(), ({ hostname }) => hostname);
  const firing = firingBy(world);
  const ranked = [...byHost].map(([name, series]) => {
    const threshold = world.thresholds.of(name);
    const worst = (firing.get(name) ?? 0) * 1_000 + highestLevel(series, threshold, cells);
    return { name, series, threshold, worst };
  });
  ranked.sort((a, b) => b.worst - a.worst || (a.name < b.name ? -1 : 1));
  const shown = ranked.filter(({ name }, index) => index < MOST_LANES || name === hostname);
  return {
    from: cells.from,
    cellMs: cells.cellMs,
    cells: cells.cells,
    total: ranked.length,
    keptSeries: world.series.isPartial(now) ? world.series.size : null,
    hosts: shown.map(({ name, series, threshold }) => ({
      hostname: name,
      cpu: null,
      levels: levelsOf(series, threshold, cells),
      threshold: threshold ?? null,
      learning: least(series),
      cpus: unfolded.includes(name)
        ? cpuLanes(worstCpus(world, series, threshold, cells, cpu), threshold, cells)
        : [],
      totalCpus: series.length,
    })),
  };
}

/** The CPUs of a host that are worst now, or were in the range, and the chosen one. */
function worstCpus(
  { episodes }: World,
  series: readonly Series[],
  threshold: number | undefined,
  cells: Cells,
  chosen: string | undefined,
): readonly Series[] {
  if (series.length <= MOST_CPUS) return series;
  const firing = new Set(episodes.firing.map((episode) => JSON.stringify([episode.hostname, episode.cpu])));
  const ranked = series.map((each) => ({
    each,
    isFiring: firing.has(JSON.stringify([each.hostname, each.cpu])),
    level: highestLevel([each], threshold, cells),
  }));
  ranked.sort((a, b) => Number(b.isFiring) - Number(a.isFiring) || b.level - a.level);
  return ranked.filter(({ each }, index) => index < MOST_CPUS || each.cpu === chosen).map(({ each }) => each);
}

function cpuLanes(series: readonly Series[], threshold: number | undefined, cells: Cells): LaneView[] {
  return [...series]
    .sort((a, b) => (a.cpu < b.cpu ? -1 : 1))
    .map((each) => ({
      hostname: each.hostname,
      cpu: each.cpu,
      levels: levelsOf([each], threshold, cells),
      threshold: threshold ?? null,
      learning: each.learning ?? null,
      cpus: [],
      totalCpus: 0,
    }));
}

function levelsOf(all: readonly Series[], threshold: number | undefined, cells: Cells): LaneView["levels"] {
  const levels: (number | null)[] = Array.from({ length: cells.cells }, () => null);
  eachLevel(all, threshold, cells, (cell, level) => {
    levels[cell] = Math.max(levels[cell] ?? 0, level);
  });
  return levels;
}

/** Makes no list of cells: of thousands of hosts, only those that are shown need one. */
function highestLevel(all: readonly Series[], threshold: number | undefined, cells: Cells): number {
  let highest = 0;
  eachLevel(all, threshold, cells, (_, level) => {
    highest = Math.max(highest, level);
  });
  return highest;
}

/** Visits the level of each window, and the cell that it is in. */
function eachLevel(
  all: readonly Series[],
  threshold: number | undefined,
  { from, cellMs, cells }: Cells,
  visit: (cell: number, level: number) => void,
): void {
  const note = (seconds: number, level: number) => {
    const cell = Math.floor((seconds * 1000 - from) / cellMs);
    if (cell < cells) visit(cell, Math.min(Math.round(level), 9_999));
  };
  for (const { windows, expected } of all) {
    windows.each(from / 1000, (seconds, column) => {
      note(seconds, threshold === undefined ? column(0) : percentOf(column(0), threshold));
    });
    // A value within its expected bounds says nothing about how near a threshold is.
    expected.each(from / 1000, (seconds, column) => {
      const [upper, length, actual] = [column(2), column(3), column(4)];
      if (!(actual > upper)) return;
      for (let at = seconds; at < seconds + length; at += cellMs / 1000) note(at, percentOf(actual, upper));
    });
  }
}

/** A bound of 0 would make any value infinite. */
const percentOf = (value: number, bound: number) => (value / Math.max(bound, 0.1)) * 100;

/** The CPU of a host that has learned least. */
function least(series: readonly Series[]): LaneView["learning"] {
  const learning = series.flatMap(({ learning }) => learning ?? []);
  return learning.sort((a, b) => a.seen - b.seen)[0] ?? null;
}

function firingBy(world: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { hostname } of world.episodes.firing) counts.set(hostname, (counts.get(hostname) ?? 0) + 1);
  return counts;
}

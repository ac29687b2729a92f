import type { World } from "../model/world.ts";
import type { Query, ThroughputView } from "../view.ts";
import { cellsOf } from "./cells.ts";

const POINTS = 360;

/** Readings per second over the range, in at most 360 points. */
export function throughputView(world: World, { range }: Query, now: number): ThroughputView {
  const { from, to } = cellsOf(range, now);
  const pointMs = (to - from) / POINTS;
  const sums = new Map<number, { sum: number; count: number }>();
  world.throughput.each(from / 1000, (seconds, column) => {
    const rate = column(0);
    const start = Math.floor((seconds * 1000) / pointMs) * pointMs;
    const { sum, count } = sums.get(start) ?? { sum: 0, count: 0 };
    sums.set(start, { sum: sum + rate, count: count + 1 });
  });
  const points = [...sums].map(
    ([start, { sum, count }]) => [start, Math.round((sum / count) * 10) / 10] as const,
  );
  return { from, to, points };
}

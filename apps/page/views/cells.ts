import type { World } from "../model/world.ts";
import { RANGES, type Range } from "../view.ts";

/** The cells of a lane: the start of the first, and the end of the last, epoch ms. */
export interface Cells {
  readonly from: number;
  readonly to: number;
  readonly cellMs: number;
  readonly cells: number;
}

/** The cells of a range: all of them whole, and the newest contains `now`. */
export function cellsOf(range: Range, now: number): Cells {
  const { minutes, cells } = RANGES[range];
  const cellMs = (minutes * 60_000) / cells;
  const to = Math.ceil(now / cellMs) * cellMs;
  return { from: to - cells * cellMs, to, cellMs, cells };
}

/** The last hour; or the last day if only that has anything to show, e.g. while the jobs work through the past. */
export function rangeOf({ newestWindowAt }: Pick<World, "newestWindowAt">, now: number): Range {
  if (newestWindowAt === undefined || newestWindowAt >= cellsOf("1h", now).from) return "1h";
  return newestWindowAt >= cellsOf("1d", now).from ? "1d" : "1h";
}

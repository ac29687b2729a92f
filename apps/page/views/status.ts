import type { Part } from "../model/parts.ts";
import type { World } from "../model/world.ts";
import type { StatusView } from "../view.ts";
import { behindView } from "./behind.ts";
import { rangeOf } from "./cells.ts";
import type { StackInfo } from "./stackInfo.ts";

const GENERATOR = "generator";
/** The generator sends something every second. */
const SILENT_MS = 10_000;

/** The generator has no address to query: its readings show whether it runs. */
function generatorOf(world: World, stack: string, now: number): Part {
  const name = GENERATOR;
  const { newestReadingAt, startedAt } = world;
  if (newestReadingAt !== undefined && now - newestReadingAt < SILENT_MS) return { name, state: "up" };
  if (now - startedAt < SILENT_MS || world.isCatchingUp(now)) return { name, state: "not known" };
  return {
    name,
    state: "down",
    problem: "No readings come from the generator",
    help: `npm run up -- ${stack}`,
  };
}

/** Without readings for this long, the page says so, unless devices usually send less often. */
const NO_READINGS_MS = 8_000;

/** The line at the top. */
export function statusView(
  world: World,
  { stack, readOnly, thresholdCacheMs, pipelines }: StackInfo,
  now: number,
): StatusView {
  const perSecond = world.rates.readings.perSecond(now);
  return {
    stack,
    range: rangeOf(world, now),
    readOnly,
    thresholdCacheMs,
    parts: world.parts.all.map((part) => (part.name === GENERATOR ? generatorOf(world, stack, now) : part)),
    behind: behindView(world, pipelines, now),
    readingsPerSecond: perSecond === undefined ? null : Math.round(perSecond * 10) / 10,
    newestReadingAt: world.newestReadingAt ?? null,
    noReadingsAfterMs: Math.max(NO_READINGS_MS, 2 * world.pauses.longest),
    isCatchingUp: world.isCatchingUp(now),
    filterLatency: world.filterLatency.percentiles(now) ?? null,
    episodesLeftOut: world.episodes.leftOut.length,
    alertLatency: world.alertLatency.percentiles(now) ?? null,
  };
}

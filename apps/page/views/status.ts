import type { Part } from "../model/parts.ts";
import type { World } from "../model/world.ts";
import type { StatusView } from "../view.ts";

const GENERATOR = "generator";
/** The generator sends something every second. */
const SILENT_MS = 10_000;

/** The generator has no address to ask: what it sends says whether it runs. */
function generatorOf({ newestReadingAt, startedAt }: World, stack: string, now: number): Part {
  const name = GENERATOR;
  if (newestReadingAt !== undefined && now - newestReadingAt < SILENT_MS) return { name, state: "up" };
  if (now - startedAt < SILENT_MS) return { name, state: "not known" };
  return {
    name,
    state: "down",
    problem: "No readings come from the generator",
    help: `npm run up -- ${stack}`,
  };
}

/** The line on top. */
export function statusView(
  world: World,
  { stack, readOnly }: { stack: string; readOnly: boolean },
  now: number,
): StatusView {
  const perSecond = world.rates.readings.perSecond(now);
  return {
    stack,
    readOnly,
    parts: world.parts.all.map((part) => (part.name === GENERATOR ? generatorOf(world, stack, now) : part)),
    readingsPerSecond: perSecond === undefined ? null : Math.round(perSecond * 10) / 10,
    newestReadingAt: world.newestReadingAt ?? null,
    filterLatency: world.filterLatency.percentiles(now) ?? null,
    alertLatency: world.alertLatency.percentiles(now) ?? null,
    series: world.series.size,
  };
}

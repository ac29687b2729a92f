import type { World } from "../model/world.ts";
import type { Asked, Sections } from "../view.ts";
import { rangeOf } from "./cells.ts";
import { episodesView } from "./episodes.ts";
import { lanesView } from "./lanes.ts";
import { pipelineView } from "./pipeline.ts";
import { seriesView } from "./series.ts";
import { silencesView } from "./silences.ts";
import type { StackInfo } from "./stackInfo.ts";
import { statusView } from "./status.ts";
import { thresholdsView } from "./thresholds.ts";
import { throughputView } from "./throughput.ts";

/** Everything that a browser shows if it asks for `asked`, as of `now`. */
export function sectionsOf(world: World, info: StackInfo, asked: Asked, now: number): Sections {
  const query = { ...asked, range: asked.range ?? rangeOf(world, now) };
  return {
    status: statusView(world, info, now),
    lanes: lanesView(world, query, now),
    series: seriesView(world, query, now),
    episodes: episodesView(world, query, now),
    thresholds: thresholdsView(world, { hostname: query.hostname }, now),
    silences: silencesView(world, now),
    pipeline: pipelineView(world, info.pipelines, now),
    quarantine: { reasons: world.quarantine.reasons, examples: world.quarantine.examples },
    throughput: throughputView(world, query, now),
  };
}

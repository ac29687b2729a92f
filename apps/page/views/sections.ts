import type { World } from "../model/world.ts";
import type { Query, Sections } from "../view.ts";
import { episodesView } from "./episodes.ts";
import { lanesView } from "./lanes.ts";
import { type PipelineInfo, pipelineView } from "./pipeline.ts";
import { seriesView } from "./series.ts";
import { statusView } from "./status.ts";
import { throughputView } from "./throughput.ts";

/** What the views need to know of the stack. */
export interface StackInfo {
  readonly stack: string;
  readonly readOnly: boolean;
  readonly pipelines: Readonly<Record<string, PipelineInfo>>;
}

/** Everything that a browser shows which asks for `query`, as it is at `now`. */
export function sectionsOf(world: World, info: StackInfo, query: Query, now: number): Sections {
  return {
    status: statusView(world, info, now),
    lanes: lanesView(world, query, now),
    series: seriesView(world, query, now),
    episodes: episodesView(world, query, now),
    thresholds: world.thresholds.all,
    silences: world.silences.filter(({ until }) => until > now),
    pipeline: pipelineView(world, info.pipelines, now),
    quarantine: { reasons: world.quarantine.reasons, examples: world.quarantine.examples },
    throughput: throughputView(world, query, now),
  };
}

import { holds } from "../../shared/silences.ts";
import type { Episode } from "../model/episodes.ts";
import type { World } from "../model/world.ts";
import type { EpisodeState, EpisodeView, Query } from "../view.ts";
import { cellsOf } from "./cells.ts";

/** The episodes of all hosts in the range, newest first. */
export function episodesView(world: World, { range }: Query, now: number): EpisodeView[] {
  return world.episodes.since(cellsOf(range, now).from).map((episode) => ({
    id: episode.id,
    rule: episode.rule,
    hostname: episode.hostname,
    cpu: episode.cpu,
    since: episode.since,
    until: episode.clearedAt ?? null,
    state: stateOf(episode, world, now),
    actual: episode.actual ?? null,
    threshold: episode.threshold ?? null,
    expected: episode.expected ?? null,
    message: episode.message,
  }));
}

function stateOf(episode: Episode, world: World, now: number): EpisodeState {
  if (episode.clearedAt !== undefined) return "resolved";
  return world.silences.some((silence) => holds(silence, episode, now)) ? "silenced" : "firing";
}

import { silencing } from "../../shared/silences.ts";
import type { Episode } from "../model/episodes.ts";
import type { World } from "../model/world.ts";
import type { EpisodeState, EpisodeView, Query } from "../view.ts";
import { cellsOf } from "./cells.ts";

/** The episodes of all hosts in the range, newest first. */
export function episodesView(world: World, { range }: Query, now: number): EpisodeView[] {
  const isSilenced = silencing(world.silences);
  const stateOf = (episode: Episode): EpisodeState => {
    if (episode.clearedAt !== undefined) return "resolved";
    return isSilenced(episode, now) ? "silenced" : "firing";
  };
  return world.episodes.since(cellsOf(range, now).from).map((episode) => ({
    id: episode.id,
    rule: episode.rule,
    hostname: episode.hostname,
    cpu: episode.cpu,
    since: episode.since,
    until: episode.clearedAt ?? null,
    state: stateOf(episode),
    actual: episode.actual ?? null,
    threshold: episode.threshold ?? null,
    expected: episode.expected ?? null,
    message: episode.message,
  }));
}

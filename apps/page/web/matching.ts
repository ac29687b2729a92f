import type { EpisodeView } from "../view.ts";

/** Which episodes are meant; what is undefined does not matter. Times in epoch ms. */
export interface EpisodeFilter {
  readonly host?: string | undefined;
  readonly cpu?: string | undefined;
  readonly rule?: string | undefined;
  readonly state?: string | undefined;
  /** Those that lasted at some time from `from` until before `to`. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Whether an episode is meant. The list and the numbers in the cells both ask this, so a number is always that of the
 * rows which a click on its cell leaves in the list.
 */
export function matches(episode: EpisodeView, { host, cpu, rule, state, from, to }: EpisodeFilter): boolean {
  return (
    (host === undefined || episode.hostname === host) &&
    (cpu === undefined || episode.cpu === cpu) &&
    (rule === undefined || episode.rule === rule) &&
    (state === undefined || episode.state === state) &&
    (to === undefined || episode.since < to) &&
    (from === undefined || episode.until === null || episode.until > from)
  );
}

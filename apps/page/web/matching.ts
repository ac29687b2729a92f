import type { EpisodeView } from "../view.ts";

/** Which episodes match; undefined fields are ignored. Times in epoch ms. */
export interface EpisodeFilter {
  readonly host?: string | undefined;
  readonly cpu?: string | undefined;
  readonly rule?: string | undefined;
  readonly state?: string | undefined;
  /** Those that were ongoing at some time from `from` until before `to`. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Whether an episode matches. The list and the numbers in the cells both use this, so a number always equals the rows
 * that are left in the list after a click on its cell.
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

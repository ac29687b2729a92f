import { holds } from "../../shared/silences.ts";
import type { Episode } from "../model/episodes.ts";
import type { Silence } from "../model/silences.ts";
import type { World } from "../model/world.ts";
import type { SilencesView } from "../view.ts";

const MOST_ROWS = 100;
/** The last time that a browser can show, epoch ms; PostgreSQL has later ones, and infinity. */
const LAST_TIME = 8.64e15;

/** The active silences. */
export function silencesView({ silences }: World, now: number): SilencesView {
  const active = silences.filter(({ until }) => until > now);
  const rows = active
    .slice(0, MOST_ROWS)
    .map((silence) => ({ ...silence, until: silence.until <= LAST_TIME ? silence.until : null }));
  return { rows, total: active.length };
}

/** Whether a silence covers an episode now. There may be thousands of both, so silences are looked up by host. */
export function silencing({ silences }: World, now: number): (episode: Episode) => boolean {
  const byHost = new Map<string, Silence[]>();
  for (const silence of silences) {
    const known = byHost.get(silence.hostname);
    if (known === undefined) byHost.set(silence.hostname, [silence]);
    else known.push(silence);
  }
  return (episode) => byHost.get(episode.hostname)?.some((silence) => holds(silence, episode, now)) ?? false;
}

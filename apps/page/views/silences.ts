import type { World } from "../model/world.ts";
import { LAST_TIME, type SilencesView } from "../view.ts";

const MOST_ROWS = 100;

/** The active silences. */
export function silencesView({ silences }: World, now: number): SilencesView {
  const active = silences.filter(({ until }) => until > now);
  const rows = active
    .slice(0, MOST_ROWS)
    // PostgreSQL has later times, and infinity.
    .map((silence) => ({ ...silence, until: silence.until <= LAST_TIME ? silence.until : null }));
  return { rows, total: active.length };
}

import type { World } from "../model/world.ts";
import type { ThresholdsView, ThresholdView } from "../view.ts";

/** If there are more, a search narrows them down. */
const MOST_ROWS = 50;

/**
 * The first thresholds that match, by host; null until PostgreSQL has answered.
 *
 * @param sought a host, or a part of its name
 */
export function thresholdsView(
  { thresholds }: World,
  sought: { readonly hostname?: string | undefined; readonly text?: string | undefined },
  now: number,
): ThresholdsView | null {
  if (thresholds.version === 0) return null;
  const { byHost, total, version } = thresholds;
  const { hostname, text = "" } = sought;
  const unused = thresholds.unused(now);
  const rows: ThresholdView[] = [];
  let found = 0;
  for (const [name, value] of byHost) {
    if (hostname === undefined ? !name.includes(text) : name !== hostname) continue;
    if (found++ < MOST_ROWS) rows.push({ hostname: name, value, isUsed: !unused.has(name) });
  }
  const kept = byHost.size < total ? byHost.size : null;
  return { rows, found, total, kept, state: `${version}/${unused.size}` };
}

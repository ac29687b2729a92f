import type { RingRow } from "./ring.ts";
import type { Series } from "./seriesStore.ts";

/** When episodes begin and end, as set by alerts.raiseAfter and alerts.clearAfter. */
export interface AlertRules {
  /** Consecutive windows over the threshold that begin an episode. */
  readonly raiseAfter: number;
  /** Consecutive windows not over it that end an episode. */
  readonly clearAfter: number;
}

/** What a threshold would have done, and what that is judged by. */
export interface Preview {
  readonly episodes: number;
  readonly cpus: number;
  readonly windows: number;
  /** Start of the first of these windows, epoch ms; undefined if there are none. */
  readonly since: number | undefined;
}

/**
 * How many episodes a threshold would have raised for a host, judging by the windows of its CPUs since a time.
 *
 * @param from epoch ms
 */
export function previewThreshold(
  series: Iterable<Series>,
  hostname: string,
  value: number,
  rules: AlertRules,
  from: number,
): Preview {
  const own = [...series].filter((each) => each.hostname === hostname);
  const windows = own.map((each) => each.windows.since(from / 1000));
  const starts = windows.flatMap(([first]) => (first === undefined ? [] : [first[0] * 1000]));
  return {
    episodes: windows.reduce((sum, each) => sum + raisedIn(each, value, rules), 0),
    cpus: own.length,
    windows: windows.reduce((sum, each) => sum + each.length, 0),
    since: starts.length === 0 ? undefined : Math.min(...starts),
  };
}

/** @param windows of one CPU, by their start, with their average */
function raisedIn(
  windows: readonly RingRow[],
  value: number,
  { raiseAfter, clearAfter }: AlertRules,
): number {
  let raised = 0;
  let [over, under, firing] = [0, 0, false];
  for (const [, average = 0] of windows) {
    if (average > value) [over, under] = [over + 1, 0];
    else [over, under] = [0, under + 1];
    if (!firing && over >= raiseAfter) [raised, firing] = [raised + 1, true];
    if (firing && under >= clearAfter) firing = false;
  }
  return raised;
}

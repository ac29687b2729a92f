import type { Series } from "./seriesStore.ts";

/** When episodes begin and end, as set by alerts.raiseAfter and alerts.clearAfter. */
export interface AlertRules {
  /** Consecutive windows over the threshold that begin an episode. */
  readonly raiseAfter: number;
  /** Consecutive windows not over it that end an episode. */
  readonly clearAfter: number;
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
): number {
  let episodes = 0;
  for (const each of series) {
    if (each.hostname === hostname) episodes += raisedIn(each, value, rules, from);
  }
  return episodes;
}

function raisedIn(
  { windows }: Series,
  value: number,
  { raiseAfter, clearAfter }: AlertRules,
  from: number,
): number {
  let raised = 0;
  let [over, under, firing] = [0, 0, false];
  for (const [, average = 0] of windows.since(from / 1000)) {
    if (average > value) [over, under] = [over + 1, 0];
    else [over, under] = [0, under + 1];
    if (!firing && over >= raiseAfter) [raised, firing] = [raised + 1, true];
    if (firing && under >= clearAfter) firing = false;
  }
  return raised;
}

import { ANOMALY_KINDS, type Anomaly, type AnomalyKind } from "../../apps/generator/anomalies.ts";

/** A period, in epoch ms, during which a rule reports a problem with a CPU. */
export interface Told {
  readonly hostname: string;
  readonly cpu: string;
  readonly from: number;
  readonly to: number;
}

/** How many anomalies of each kind a rule found, and how many of its episodes are false. */
export interface Found {
  readonly kinds: Readonly<Record<AnomalyKind, number>>;
  readonly falseEpisodes: number;
}

/** How many anomalies of each kind there are. */
export const countByKind = (anomalies: readonly Anomaly[]) =>
  Object.fromEntries(
    ANOMALY_KINDS.map((kind) => [kind, anomalies.filter((anomaly) => anomaly.kind === kind).length]),
  ) as Record<AnomalyKind, number>;

/**
 * An anomaly is found if something reported for its CPU overlaps it. An episode is false if it overlaps no anomaly.
 *
 * @param told what a rule reports, with each row of an episode separate
 * @param episodes the same, with the rows of an episode merged
 */
export function foundBy(labels: readonly Anomaly[], told: readonly Told[], episodes: readonly Told[]): Found {
  return {
    kinds: countByKind(labels.filter((label) => told.some((each) => overlap(each, label)))),
    falseEpisodes: episodes.filter((episode) => !labels.some((label) => overlap(episode, label))).length,
  };
}

const overlap = (a: Told, b: Told) =>
  a.hostname === b.hostname && a.cpu === b.cpu && a.from < b.to && a.to > b.from;

/** The periods of a CPU in time order; those less than `gapMs` apart are merged. */
export function merged(told: readonly Told[], gapMs: number): Told[] {
  const newest = new Map<string, { from: number; to: number } & Told>();
  const all: Told[] = [];
  for (const each of told) {
    const key = `${each.hostname}/${each.cpu}`;
    const before = newest.get(key);
    if (before !== undefined && each.from - before.to < gapMs) {
      before.to = each.to;
      continue;
    }
    const next = { ...each };
    newest.set(key, next);
    all.push(next);
  }
  return all;
}

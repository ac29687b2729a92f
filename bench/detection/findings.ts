import type { Anomaly } from "../../apps/generator/anomalies.ts";
import { parseFlinkTime } from "../../test/oracle/model/time.ts";
import { type Found, foundBy, merged, type Told } from "./byKind.ts";
import type { Results, Row } from "./detectionStack.ts";

const THREE_HOURS_MS = 3 * 3_600_000;

/**
 * What each rule found, and what all of them found together.
 *
 * @param until nothing counts from this time on, epoch ms
 */
export function findings(
  labels: readonly Anomaly[],
  { expected, alerts }: Results,
  until: number,
): Record<"threshold" | "silent" | "learned" | "all three", Found> {
  const inTime = (told: readonly Told[]) =>
    told.filter(({ from }) => from < until).sort((a, b) => a.from - b.from);
  const unusual = expected.filter(({ kind, peak_kind }) => kind !== null || peak_kind !== null);
  const told = {
    threshold: inTime(episodesOf(alerts, "threshold")),
    silent: inTime(episodesOf(alerts, "silent")),
    learned: inTime(unusual.map((row) => stretch(row, row.window_start, row.window_end))),
  };
  const episodes = { ...told, learned: merged(told.learned, THREE_HOURS_MS) };
  return {
    threshold: foundBy(labels, told.threshold, episodes.threshold),
    silent: foundBy(labels, told.silent, episodes.silent),
    learned: foundBy(labels, told.learned, episodes.learned),
    "all three": foundBy(labels, Object.values(told).flat(), Object.values(episodes).flat()),
  };
}

/** From the start of each episode to the row that ends it. */
function episodesOf(alerts: readonly Row[], rule: string): Told[] {
  const nameOf = ({ hostname, cpu, since }: Row) => `${hostname}/${cpu} ${since}`;
  const ofRule = alerts.filter((row) => row.rule === rule);
  const ends = new Map(
    ofRule.flatMap((row) => (row.event === "cleared" ? [[nameOf(row), row.window_end]] : [])),
  );
  return ofRule
    .filter(({ event }) => event === "raised")
    .map((row) => stretch(row, row.since, ends.get(nameOf(row)) ?? row.window_end));
}

const stretch = ({ hostname, cpu }: Row, from: unknown, to: unknown): Told => ({
  hostname: String(hostname),
  cpu: String(cpu),
  from: parseFlinkTime(String(from)),
  to: parseFlinkTime(String(to)),
});

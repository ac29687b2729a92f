import { flinkTime, parseFlinkTime } from "../../test/oracle/model/time.ts";
import { CLOCK, DetectionStack, type Message } from "./detectionStack.ts";
import type { LabelledSeries } from "./labelledSeries.ts";

/** What the pipelines `expect` and `learned` made of the series, by series name. */
export interface FlinkRun {
  /** The start times of the unusual rows, epoch ms. */
  readonly unusual: ReadonlyMap<string, readonly number[]>;
  /** How many rows of the topic cpu_alerts report that an episode begins or is ongoing. */
  readonly told: number;
}

const CPU = "value";
const FIVE_MINUTES_MS = 300_000;

/** Sends series as rows of `cpu_agg_stats` through the real pipelines on a separate Flink. */
export async function detectByFlink(series: readonly LabelledSeries[]): Promise<FlinkRun> {
  return DetectionStack.with(["aggregate", "expect", "learned"], async (stack) => {
    await stack.send(stack.topicOf("aggregate"), rowsOf(series));
    const { expected, alerts } = await stack.results();
    const flagged = expected.filter(({ kind, peak_kind }) => kind !== null || peak_kind !== null);
    return {
      unusual: new Map(
        series.map(({ name }) => [
          name,
          flagged
            .filter(({ hostname }) => hostname === name)
            .map(({ window_start }) => parseFlinkTime(String(window_start)))
            .sort((a, b) => a - b),
        ]),
      ),
      told: alerts.filter(({ event }) => event !== "cleared").length,
    };
  });
}

/** All rows in time order, followed by two rows of the clock. */
function rowsOf(series: readonly LabelledSeries[]): Message[] {
  const all = series.flatMap(({ name, rows }) => rows.map((row) => ({ hostname: name, ...row })));
  const end = all.reduce((latest, { start }) => Math.max(latest, start), 0) + FIVE_MINUTES_MS;
  const clock = [0, 2].map((step) => ({ hostname: CLOCK, start: end + step * FIVE_MINUTES_MS, value: 0 }));
  return [...all.sort((a, b) => a.start - b.start), ...clock].map(({ hostname, start, value }) => ({
    key: JSON.stringify({ hostname, cpu: CPU }),
    value: JSON.stringify({
      window_start: flinkTime(start),
      window_end: flinkTime(start + FIVE_MINUTES_MS),
      hostname,
      cpu: CPU,
      usage_avg: value,
      // These series have no separate maximum.
      usage_max: value,
    }),
  }));
}

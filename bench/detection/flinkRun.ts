import { setTimeout as sleep } from "node:timers/promises";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { flinkTime, parseFlinkTime } from "../../test/oracle/model/time.ts";
import { TestStack } from "../../test/support/testStack.ts";
import { consume, until } from "../../test/support/topics.ts";
import type { LabelledSeries } from "./labelledSeries.ts";

/** What the pipelines expect and learned have made of series, by their names. */
export interface FlinkRun {
  /** The unusual rows, by the times of their beginnings, epoch ms. */
  readonly unusual: ReadonlyMap<string, readonly number[]>;
  /** How many rows the topic cpu_alerts has that say an episode begins or lasts. */
  readonly told: number;
}

const CPU = "value";
/** Its rows say that event time has passed those of all others. */
const CLOCK = "clock";
const FIVE_MINUTES_MS = 300_000;
const BATCH = 2_000;
const AT_MOST_MS = 300_000;

/** Sends series as rows of `cpu_agg_stats` through the real pipelines on a Flink of their own. */
export async function detectByFlink(series: readonly LabelledSeries[]): Promise<FlinkRun> {
  const stack = await TestStack.create({
    pipelines: ["aggregate", "expect", "learned"],
    "openSearch.enabled": false,
    "notifier.enabled": false,
    // In one partition, rows of other years stay in the order of time.
    "kafka.partitions": 1,
  });
  try {
    await stack.up();
    const { kafka, results } = stack.outputs;
    const topicOf = (pipeline: string) => {
      const output = results[pipeline];
      if (output === undefined || !("topic" in output)) throw new Error(`${pipeline} has no topic`);
      return output.topic;
    };
    const rows = rowsOf(series);
    const producer = kafkaClient(kafka, "bench").producer();
    await producer.connect();
    for (let first = 0; first < rows.length; first += BATCH) {
      await producer.send({ topic: topicOf("aggregate"), messages: rows.slice(first, first + BATCH) });
    }
    await producer.disconnect();
    let expected: Record<string, unknown>[] = [];
    const isOver = async () => {
      expected = await consume(kafka, topicOf("expect"));
      return expected.some(({ hostname }) => hostname === CLOCK);
    };
    await until(isOver, "the last row of cpu_expected", AT_MOST_MS);
    const alerts = await whenQuiet(() => consume(kafka, topicOf("alerts")));
    const flagged = expected.filter(({ kind }) => kind !== null);
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
  } finally {
    await stack.destroy();
    stack.remove();
  }
}

/** All rows in the order of time, and two of the clock behind them. */
function rowsOf(series: readonly LabelledSeries[]) {
  const all = series.flatMap(({ name, rows }) => rows.map((row) => ({ hostname: name, ...row })));
  const end = Math.max(...all.map(({ start }) => start)) + FIVE_MINUTES_MS;
  const clock = [0, 2].map((step) => ({ hostname: CLOCK, start: end + step * FIVE_MINUTES_MS, value: 0 }));
  return [...all.sort((a, b) => a.start - b.start), ...clock].map(({ hostname, start, value }) => ({
    key: JSON.stringify({ hostname, cpu: CPU }),
    value: JSON.stringify({
      window_start: flinkTime(start),
      window_end: flinkTime(start + FIVE_MINUTES_MS),
      hostname,
      cpu: CPU,
      usage_avg: value,
      usage_max: value,
    }),
  }));
}

/** What is read once nothing has come for some seconds. */
async function whenQuiet<T>(read: () => Promise<T[]>): Promise<T[]> {
  for (let before = await read(); ; ) {
    await sleep(5_000);
    const now = await read();
    if (now.length === before.length) return now;
    before = now;
  }
}

import type { PipelineName } from "../components/pipelines.ts";
import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** The pipelines that read all readings. */
const OF_THE_SOURCE: readonly PipelineName[] = [
  "filter",
  "aggregate",
  "thresholdFilter",
  "countOverThreshold",
  "quarantine",
  "late",
];

/** For the SQL form, which reads several times as slowly. */
const FEW = { topic: "bench_few", readings: 250_000, partitions: 8 } as const;

/** Readings per second of these pipelines at once, with the format `reading` and with the SQL form, and of each alone. */
export async function pipelines(bench: Bench, report: Report): Promise<void> {
  for (const { topic, ...fill } of [EVEN, FEW]) await fillTopic(bench.cluster, topic, fill);
  const sqlForm = { topic: FEW.topic, hasReadingFormat: false };
  for (let round = 0; round < ROUNDS; round++) {
    report.add("all at once, format reading", await bench.run(OF_THE_SOURCE, EVEN));
    report.add("all at once, SQL form", await bench.run(OF_THE_SOURCE, sqlForm));
  }
  for (const name of OF_THE_SOURCE) report.add(`${name} alone`, await bench.run([name], EVEN));
}

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

/** Readings per second of each pipeline alone and of all at once, with the format `reading` and with the SQL form. */
export async function pipelines(bench: Bench, report: Report): Promise<void> {
  const { topic } = EVEN;
  await fillTopic(bench.cluster, topic, EVEN);
  const slow = `${topic}_slow`;
  await fillTopic(bench.cluster, slow, { readings: 200_000, partitions: 8 });
  for (const name of OF_THE_SOURCE) report.add(`${name} alone`, await bench.run([name], { topic }));
  for (let round = 0; round < ROUNDS; round++) {
    report.add("all at once, format reading", await bench.run(OF_THE_SOURCE, { topic }));
    const text = { topic: slow, hasReadingFormat: false };
    report.add("all at once, SQL form", await bench.run(OF_THE_SOURCE, text));
  }
}

import { ONE_PARTITION } from "./decoding.ts";
import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** One task that reads the same backlog from one partition, and from eight. */
export async function partitions(bench: Bench, report: Report): Promise<void> {
  const { kafka } = bench.cluster;
  for (const { topic, ...fill } of [ONE_PARTITION, EVEN]) await fillTopic(kafka, topic, fill);
  // The first run of a job makes Java compile it.
  await bench.run(["filter"], EVEN);
  for (let round = 0; round < ROUNDS; round++) {
    report.add("filter, 1 partition", await bench.run(["filter"], ONE_PARTITION));
    report.add("filter, 8 partitions", await bench.run(["filter"], EVEN));
  }
}

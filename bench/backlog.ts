import { ONE_PARTITION } from "./decoding.ts";
import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** The same backlog in one partition, in eight, and in one of eight with the other seven empty. One task reads it. */
const TOPICS = {
  "1 of 1 partition": ONE_PARTITION,
  "8 of 8 partitions": EVEN,
  "1 of 8 partitions": { ...EVEN, topic: "bench_backlog_one", inOne: true },
};

export async function backlog(bench: Bench, report: Report): Promise<void> {
  for (const { topic, ...fill } of Object.values(TOPICS)) await fillTopic(bench.cluster, topic, fill);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [where, { topic }] of Object.entries(TOPICS)) {
      report.add(`filter, backlog in ${where}`, await bench.run(["filter"], { topic }));
    }
  }
}

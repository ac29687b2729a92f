import type { Bench } from "./support/bench.ts";
import { fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const READINGS = 2_000_000;
const ROUNDS = 3;

/** One partition with a backlog and seven that are empty, against the same backlog in all eight. */
export async function backlog(bench: Bench, report: Report): Promise<void> {
  await fillTopic(bench.cluster.kafka, "bench_backlog_all", { readings: READINGS, partitions: 8 });
  await fillTopic(bench.cluster.kafka, "bench_backlog_one", { readings: READINGS, partitions: 8, filled: 1 });
  for (let round = 0; round < ROUNDS; round++) {
    report.add("backlog in 8 of 8 partitions", await bench.run(["filter"], { topic: "bench_backlog_all" }));
    report.add("backlog in 1 of 8 partitions", await bench.run(["filter"], { topic: "bench_backlog_one" }));
  }
}

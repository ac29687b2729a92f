import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** One partition with a backlog and seven that are empty, against the same backlog in all eight. */
export async function backlog(bench: Bench, report: Report): Promise<void> {
  await fillTopic(bench.cluster.kafka, EVEN.topic, EVEN);
  await fillTopic(bench.cluster.kafka, "bench_backlog_one", { ...EVEN, filled: 1 });
  // The first run of a job makes Java compile it.
  await bench.run(["filter"], { topic: EVEN.topic });
  for (let round = 0; round < ROUNDS; round++) {
    report.add("backlog in 8 of 8 partitions", await bench.run(["filter"], { topic: EVEN.topic }));
    report.add("backlog in 1 of 8 partitions", await bench.run(["filter"], { topic: "bench_backlog_one" }));
  }
}

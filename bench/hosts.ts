import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

/** Five CPUs per host. Each of the many CPUs sends one reading every 10 s. */
const MANY = { ...EVEN, topic: "bench_many_hosts", hosts: 100_000, perSecond: 50_000 };
const ROUNDS = 2;

/** A checkpoint of 100,000 hosts has about 100 MB: write it less often, and fit it and the next windows in the heap. */
const FOR_MANY = { "flink.taskManagerHeapMb": 4096, "flink.checkpointIntervalMs": 5_000 };

/**
 * The averages of seven hosts, with default settings, against those of 100,000, with settings for that many; and the
 * pipeline `silent`, whose hardest case is a backlog of few CPUs: many readings of each wait for event time.
 */
export async function hosts(bench: Bench, report: Report): Promise<void> {
  for (const { topic, ...fill } of [EVEN, MANY]) await fillTopic(bench.cluster, topic, fill);
  for (let round = 0; round < ROUNDS; round++) {
    report.add("aggregate, 7 hosts", await bench.run(["aggregate"], EVEN));
    report.add("silent, 7 hosts", await bench.run(["silent"], EVEN));
  }
  await bench.set(FOR_MANY);
  for (let round = 0; round < ROUNDS; round++) {
    report.add("aggregate, 100000 hosts, settings for many", await bench.run(["aggregate"], MANY));
  }
}

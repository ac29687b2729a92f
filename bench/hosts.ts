import type { PipelineName } from "../components/pipelines.ts";
import type { Bench } from "./support/bench.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

/** 2,000,000 readings for each number of hosts, five CPUs per host. Each of the many CPUs sends one every 10 s. */
const SEVEN = { ...EVEN, hosts: 7, perSecond: 10_000 };
const MANY = { ...EVEN, topic: "bench_many_hosts", hosts: 100_000, perSecond: 50_000 };
const ROUNDS = 2;
const PIPELINES: readonly PipelineName[] = ["filter", "aggregate"];

/** A checkpoint of 100,000 hosts has about 100 MB: write it less often, and fit it and the next windows in the heap. */
const FOR_MANY = { "flink.taskManagerHeapMb": 4096, "flink.checkpointIntervalMs": 5_000 };

/** Seven hosts against 100,000, first on a stack with default settings, then with settings for that many hosts. */
export async function hosts(bench: Bench, report: Report): Promise<void> {
  for (const { topic, ...fill } of [SEVEN, MANY]) await fillTopic(bench.cluster, topic, fill);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { topic, hosts: count } of [SEVEN, MANY]) {
      for (const name of PIPELINES) report.add(`${name}, ${count} hosts`, await bench.run([name], { topic }));
    }
  }
  await bench.set(FOR_MANY);
  const { topic, hosts: count } = MANY;
  for (let round = 0; round < ROUNDS; round++) {
    report.add(`aggregate, ${count} hosts, settings for many`, await bench.run(["aggregate"], { topic }));
  }
}

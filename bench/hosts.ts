import type { PipelineName } from "../components/pipelines.ts";
import type { Bench } from "./support/bench.ts";
import { fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const READINGS = 2_000_000;
const ROUNDS = 2;
const PIPELINES: readonly PipelineName[] = ["filter", "aggregate"];

/** Seven hosts against 100,000, of five CPUs each. */
export async function hosts(bench: Bench, report: Report): Promise<void> {
  for (const count of [7, 100_000]) {
    await fillTopic(bench.cluster.kafka, `bench_hosts_${count}`, {
      readings: READINGS,
      partitions: 8,
      hosts: count,
      // Each series sends a reading every 10 seconds.
      perSecond: count === 7 ? 10_000 : 50_000,
    });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const count of [7, 100_000]) {
      for (const name of PIPELINES) {
        report.add(`${name}, ${count} hosts`, await bench.run([name], { topic: `bench_hosts_${count}` }));
      }
    }
  }
}

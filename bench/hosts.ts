import type { PipelineName } from "../components/pipelines.ts";
import { Bench } from "./support/bench.ts";
import { fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const READINGS = 2_000_000;
const ROUNDS = 2;
const PIPELINES: readonly PipelineName[] = ["filter", "aggregate"];

/** Of 100,000 hosts a checkpoint has about 100 MB: written less often, and from a heap that holds it and the next windows. */
const LARGE = { "flink.taskManagerHeapMb": 4096, "flink.checkpointIntervalMs": 5_000 };

/**
 * Seven hosts against 100,000, of five CPUs each, on a stack as it is unless told otherwise; and 100,000 on one whose
 * settings are made for them.
 */
export async function hosts(report: Report): Promise<void> {
  await Bench.with((bench) => measure(bench, report, [7, 100_000], ""));
  await Bench.with((bench) => measure(bench, report, [100_000], ", settings for many"), LARGE);
}

async function measure(
  bench: Bench,
  report: Report,
  counts: readonly number[],
  stack: string,
): Promise<void> {
  for (const count of counts) {
    await fillTopic(bench.cluster.kafka, `bench_hosts_${count}`, {
      readings: READINGS,
      partitions: 8,
      hosts: count,
      // Each series sends a reading every 10 seconds.
      perSecond: count === 7 ? 10_000 : 50_000,
    });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const count of counts) {
      for (const name of PIPELINES) {
        const throughput = await bench.run([name], { topic: `bench_hosts_${count}` });
        report.add(`${name}, ${count} hosts${stack}`, throughput);
      }
    }
  }
}

import type { Bench } from "./support/bench.ts";
import type { RunOptions } from "./support/pipelineRun.ts";
import { EVEN, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

/** Five CPUs per host. Each of the many CPUs sends one reading every 10 s. */
const MANY = { ...EVEN, topic: "bench_many_hosts", hosts: 100_000, perSecond: 50_000 };
const ROUNDS = 2;

/** A checkpoint of 100,000 hosts has about 100 MB: write it less often, and fit it and the next windows in the heap. */
const FOR_MANY = { "flink.taskManagerHeapMb": 4096, "flink.checkpointIntervalMs": 5_000 };

/** The pipelines that keep something for each CPU. */
const PIPELINES = ["aggregate", "silent"] as const;

/** Seven hosts, with default settings, against 100,000, with settings for that many. */
export async function hosts(bench: Bench, report: Report): Promise<void> {
  for (const { topic, ...fill } of [EVEN, MANY]) await fillTopic(bench.cluster, topic, fill);
  await measure(bench, report, "7 hosts", EVEN);
  await bench.set(FOR_MANY);
  await measure(bench, report, "100000 hosts, settings for many", MANY);
}

async function measure(bench: Bench, report: Report, of: string, options: RunOptions): Promise<void> {
  for (const name of PIPELINES) {
    for (let round = 0; round < ROUNDS; round++)
      report.add(`${name}, ${of}`, await bench.run([name], options));
  }
}

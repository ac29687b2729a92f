import type { PipelineName } from "../components/pipelines.ts";
import { Bench } from "./support/bench.ts";
import { EVEN, type Fill, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

/** 2,000,000 readings of each number of hosts, of five CPUs each. Each of the many CPUs sends one every 10 seconds. */
const SEVEN = { ...EVEN, hosts: 7, perSecond: 10_000 };
const MANY = { ...EVEN, topic: "bench_many_hosts", hosts: 100_000, perSecond: 50_000 };
const ROUNDS = 2;
const PIPELINES: readonly PipelineName[] = ["filter", "aggregate"];

/** Of 100,000 hosts a checkpoint has about 100 MB: written less often, and from a heap that holds it and the next windows. */
const LARGE = { "flink.taskManagerHeapMb": 4096, "flink.checkpointIntervalMs": 5_000 };

/** Seven hosts against 100,000, on a stack as it is unless told otherwise. */
export async function hosts(bench: Bench, report: Report): Promise<void> {
  await measure(bench, report, [SEVEN, MANY], "");
}

/** 100,000 hosts on a stack whose settings are made for them. */
export async function manyHosts(report: Report): Promise<void> {
  await Bench.with((bench) => measure(bench, report, [MANY], ", settings for many"), LARGE);
}

async function measure(
  bench: Bench,
  report: Report,
  topics: readonly (Fill & { readonly topic: string })[],
  settings: string,
): Promise<void> {
  for (const { topic, ...fill } of topics) await fillTopic(bench.cluster.kafka, topic, fill);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { topic, hosts: count } of topics) {
      for (const name of PIPELINES) {
        report.add(`${name}, ${count} hosts${settings}`, await bench.run([name], { topic }));
      }
    }
  }
}

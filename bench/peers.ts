import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { PipelineName } from "../components/pipelines.ts";
import { end, StreamsPeer } from "./peers/kafkaStreams.ts";
import type { Bench } from "./support/bench.ts";
import { cpuSeconds } from "./support/process.ts";
import { followToEnd, type Throughput } from "./support/progress.ts";
import { createTopic, fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const TOPIC = "bench_peers";
const FILL = { readings: 6_000_000, partitions: 8 };
/** This part of the topic is not measured: the Java of each program compiles what is called often. */
const WARM_UP = 1 / 3;
const RESULTS = "bench_peer_results";
const ROUNDS = 2;

const TASKS = { filter: "filter", windows: "aggregate" } as const satisfies Record<string, PipelineName>;

/** The filter and the windows, compared with a Kafka Streams program and a Node program that read the same topic. */
export async function peers(bench: Bench, report: Report): Promise<void> {
  const { kafka } = bench.cluster;
  await fillTopic(bench.cluster, TOPIC, FILL);
  await createTopic(kafka, RESULTS, 1);
  const streams = await StreamsPeer.build();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const task of ["filter", "windows"] as const) {
        const id = `bench-streams-${task}-${round}`;
        const start = () => streams.start(task, bench.cluster, [TOPIC, RESULTS], id);
        report.add(`${task}, Flink`, await bench.run([TASKS[task]], { topic: TOPIC }, WARM_UP));
        report.add(`${task}, Kafka Streams`, await follow(bench, id, start));
      }
    }
    const id = "bench-node";
    const script = ["--import", "tsx", "bench/peers/nodeFilter.ts"];
    const args = [...script, kafka.bootstrapServers, TOPIC, RESULTS, id];
    const start = () => spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    report.add("filter, Node", await follow(bench, id, start));
  } finally {
    streams.remove();
  }
}

/** Runs a separate program until its consumer group has read the topic to its end. */
async function follow(bench: Bench, group: string, start: () => ChildProcess): Promise<Throughput> {
  const program = start();
  try {
    const measuring = { used: () => cpuSeconds(program.pid ?? 0), part: WARM_UP };
    return await Promise.race([
      followToEnd(bench.cluster.kafka, TOPIC, [group], measuring),
      endedEarly(program),
    ]);
  } finally {
    await end(program);
  }
}

/** @throws an error if a program ends although it should run until it is stopped */
async function endedEarly(program: ChildProcess): Promise<never> {
  const [code] = await once(program, "exit");
  throw new Error(`${program.spawnargs.join(" ")} ended with code ${code} before it had read its topic`);
}

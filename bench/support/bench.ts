import { JobManager } from "../../clients/flink/jobManager.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { TestStack } from "../../test/support/testStack.ts";
import { type Cluster, type RunOptions, startPipeline } from "./pipelineRun.ts";
import { cpuSeconds } from "./process.ts";
import { followToEnd } from "./progress.ts";

/** How fast pipelines read a topic to its end, beside each other; a core-second is one of the TaskManager. */
export type Throughput = Readonly<Record<"readings/s" | "readings/core-s", number>>;

/** A stack of its own for benchmarks: its servers, and no stream but that of a benchmark. */
export class Bench {
  private constructor(
    private readonly jobManager: JobManager,
    readonly cluster: Cluster,
    private readonly taskManagerPid: number,
  ) {}

  /** Passes a stack to `use`, and takes it down in any case; with settings beyond those of all benchmarks. */
  static with<T>(
    use: (bench: Bench) => Promise<T>,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<T> {
    const forBenchmarks = {
      // The second makes the table in PostgreSQL that runs of it write to.
      pipelines: ["filter", "countOverThreshold"],
      "openSearch.enabled": false,
      "notifier.enabled": false,
      "kafka.partitions": 1,
    };
    return TestStack.with({ ...forBenchmarks, ...settings }, async (stack) => use(await Bench.of(stack)));
  }

  private static async of(stack: TestStack): Promise<Bench> {
    const { kafka, postgres, flink } = stack.outputs;
    const taskManager = (await stack.servers()).find(({ name }) => name === "flink-taskmanager");
    if (taskManager === undefined) throw new Error("the stack has no TaskManager");
    const cluster = { gatewayUrl: flink.gatewayUrl, kafka, postgres };
    return new Bench(new JobManager(flink.webUrl), cluster, taskManager.pid);
  }

  /** Runs pipelines beside each other over a topic. */
  async run(names: readonly PipelineName[], options: RunOptions): Promise<Throughput> {
    const jobs: { group: string; job: string }[] = [];
    for (const name of names) jobs.push(await startPipeline(name, this.cluster, options));
    const cpuBefore = cpuSeconds(this.taskManagerPid);
    const groups = jobs.map(({ group }) => group);
    const { readings, readingsPerSecond } = await followToEnd(this.cluster.kafka, options.topic, groups);
    const cpu = cpuSeconds(this.taskManagerPid) - cpuBefore;
    for (const { job } of jobs) await this.jobManager.cancel(job);
    return { "readings/s": readingsPerSecond, "readings/core-s": readings / cpu };
  }

  /** What some work takes: seconds, and seconds of processor time of the TaskManager. */
  async cost(work: () => Promise<void>): Promise<{ seconds: number; cpuSeconds: number }> {
    const cpuBefore = cpuSeconds(this.taskManagerPid);
    const startedAt = performance.now();
    await work();
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, cpuSeconds: cpuSeconds(this.taskManagerPid) - cpuBefore };
  }
}

import { JobManager } from "../../clients/flink/jobManager.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import type { TestStack } from "../../test/support/testStack.ts";
import type { Cluster } from "./cluster.ts";
import { type RunOptions, startPipeline } from "./pipelineRun.ts";
import { cpuSeconds } from "./process.ts";
import { followToEnd, type Throughput } from "./progress.ts";

/** A stack's servers with no stream except a benchmark's own. */
export const OWN_STREAMS_ONLY = {
  // The second creates the PostgreSQL table that its runs write to.
  pipelines: ["filter", "countOverThreshold"],
  "openSearch.enabled": false,
  "notifier.enabled": false,
  "generator.enabled": false,
};

/** Runs pipelines over topics and measures them. */
export class Bench {
  readonly #warm = new Set<string>();

  private constructor(
    private readonly stack: TestStack,
    private readonly jobManager: JobManager,
    readonly cluster: Cluster,
    private taskManagerPid: number,
  ) {}

  /** Uses a stack with the settings {@link OWN_STREAMS_ONLY}. */
  static async on(stack: TestStack): Promise<Bench> {
    const { kafka, postgres, flink } = stack.outputs;
    const cluster = { gatewayUrl: flink.gatewayUrl, kafka, postgres };
    return new Bench(stack, new JobManager(flink.webUrl), cluster, await taskManagerOf(stack));
  }

  /** Changes settings of the stack. Pipelines need to warm up again; topics stay. */
  async set(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await this.stack.set(settings);
    await this.stack.up();
    this.taskManagerPid = await taskManagerOf(this.stack);
    this.#warm.clear();
  }

  /**
   * Runs pipelines concurrently over a topic. The first run is not measured, because Java compiles them then.
   *
   * @param part how much of the topic is not measured either, from 0 to 1
   */
  async run(names: readonly PipelineName[], options: RunOptions, part = 0): Promise<Throughput> {
    const form = options.hasReadingFormat === false ? "SQL form" : "format reading";
    const cold = names.filter((name) => !this.#warm.has(`${name}, ${form}`));
    if (cold.length > 0) await this.#measure(cold, options, 0);
    for (const name of cold) this.#warm.add(`${name}, ${form}`);
    return this.#measure(names, options, part);
  }

  async #measure(names: readonly PipelineName[], options: RunOptions, part: number): Promise<Throughput> {
    const jobs = await Promise.all(names.map((name) => startPipeline(name, this.cluster, options)));
    const groups = jobs.map(({ group }) => group);
    const used = () => cpuSeconds(this.taskManagerPid);
    const throughput = await followToEnd(this.cluster.kafka, options.topic, groups, { used, part });
    for (const { job } of jobs) await this.jobManager.cancel(job);
    return throughput;
  }

  /** CPU seconds of the TaskManager for some work. */
  async cost(work: () => Promise<void>): Promise<number> {
    const before = cpuSeconds(this.taskManagerPid);
    await work();
    return cpuSeconds(this.taskManagerPid) - before;
  }
}

async function taskManagerOf(stack: TestStack): Promise<number> {
  const taskManager = stack.servers().find(({ name }) => name === "flink-taskmanager");
  if (taskManager === undefined) throw new Error("the stack has no TaskManager");
  return taskManager.pid;
}

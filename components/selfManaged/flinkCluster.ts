import { FETCH_MEGABYTES } from "../ddl.ts";

export type FlinkConfig = Readonly<Record<string, string | number | boolean>>;

/** What the configuration of a session cluster depends on. */
export interface ClusterSize {
  /** Parallel tasks of each pipeline. */
  readonly parallelism: number;
  /** Heap of a TaskManager in MB. */
  readonly heapMegabytes: number;
  /** Time between checkpoints in ms. */
  readonly checkpointIntervalMs: number;
}

/** Room for 16 pipelines: a number that followed the pipelines would restart the cluster with each change. */
const taskSlots = (parallelism: number) => 16 * parallelism;

/** A window needs a few MB of managed memory in its slot; 2 MB are too few, 8 MB work. */
const managedMegabytes = (parallelism: number) => 8 * taskSlots(parallelism);

const FRAMEWORK_HEAP = 128;

/**
 * The parts of a TaskManager's memory in MB. Heap is framework and task heap; direct memory is framework and task
 * off-heap, and network.
 */
const taskManagerMemory = ({ parallelism, heapMegabytes }: ClusterSize) => ({
  frameworkHeap: FRAMEWORK_HEAP,
  taskHeap: heapMegabytes - FRAMEWORK_HEAP,
  frameworkOffHeap: 64,
  // Twice what each task that reads from Kafka fetches at once: the last batch may be larger than the room left.
  taskOffHeap: 2 * FETCH_MEGABYTES * taskSlots(parallelism),
  managed: managedMegabytes(parallelism),
  // Taken at the start, used or not: enough for 16 pipelines whose tasks all send to all others.
  network: Math.max(32, 8 * parallelism),
  jvmOverhead: 192,
  jvmMetaspace: 256,
});

/** The direct memory of a TaskManager, in MB. */
export function directMegabytes(size: ClusterSize): number {
  const { frameworkOffHeap, taskOffHeap, network } = taskManagerMemory(size);
  return frameworkOffHeap + taskOffHeap + network;
}

/** The total memory of a TaskManager, in MB. */
export const taskManagerMegabytes = (size: ClusterSize) =>
  Object.values(taskManagerMemory(size)).reduce((sum, part) => sum + part, 0);

/**
 * The config.yaml of every process of our session clusters, apart from addresses, wherever it runs.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/deployment/config/
 *
 * @param storage folder of checkpoints and savepoints, shared
 */
export function clusterConfig(size: ClusterSize, storage: string): FlinkConfig {
  const { parallelism, checkpointIntervalMs } = size;
  return {
    ...memory(size),
    "taskmanager.numberOfTaskSlots": taskSlots(parallelism),
    "execution.checkpointing.interval": `${checkpointIntervalMs} ms`,
    "execution.checkpointing.mode": "EXACTLY_ONCE",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "execution.checkpointing.dir": `file://${storage}/checkpoints`,
    "execution.checkpointing.savepoint-dir": `file://${storage}/savepoints`,
    // A job whose service is away keeps failing: less and less often, so that its logs stay small, but often enough to
    // be back soon after the service is. A job that has run for a while restarts at once.
    "restart-strategy.type": "exponential-delay",
    "restart-strategy.exponential-delay.initial-backoff": "1 s",
    "restart-strategy.exponential-delay.max-backoff": "15 s",
    "restart-strategy.exponential-delay.backoff-multiplier": 1.5,
    "restart-strategy.exponential-delay.jitter-factor": 0.1,
    "restart-strategy.exponential-delay.reset-backoff-threshold": "2 min",
    // A killed TaskManager refuses connections, and is missed after a few seconds. One that only does not answer may be
    // on an overloaded machine.
    "heartbeat.interval": 2000,
    "heartbeat.timeout": 20000,
    // An attempt to connect to a process that is dying may never be answered; the next one starts only after this.
    "pekko.tcp.timeout": "5 s",
    // Jobs come as SQL through the gateway; nobody uploads a jar over the web UI.
    "web.submit.enable": false,
    "execution.target": "remote",
    // Flink splits generated code of more than 4,000 characters, because the JVM does not compile long methods. That
    // takes almost half the time of planning, and few methods are that long.
    "table.generated-code.max-length": 100_000,
  };
}

/** The content of config.yaml. */
export const configFile = (config: FlinkConfig) =>
  Object.entries(config)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");

/**
 * Additional config.yaml entries of a TaskManager. It notices only by silence that its JobManager has died, and only
 * then registers with the next one. A JobManager has little to do, so it answers. If both start at once, the first
 * attempt to register may come too early: after it, a TaskManager would pause for 10 seconds.
 */
export const taskManagerConfig: FlinkConfig = {
  "heartbeat.timeout": 12000,
  "cluster.registration.error-delay": "500 ms",
};

/** Every part of the TaskManager's memory: without Flink's shell scripts, nothing fills in missing values. */
function memory(size: ClusterSize): FlinkConfig {
  const parts = taskManagerMemory(size);
  return {
    "jobmanager.memory.process.size": "768m",
    "taskmanager.cpu.cores": 2,
    "taskmanager.memory.process.size": `${taskManagerMegabytes(size)}m`,
    "taskmanager.memory.framework.heap.size": `${parts.frameworkHeap}m`,
    "taskmanager.memory.task.heap.size": `${parts.taskHeap}m`,
    "taskmanager.memory.framework.off-heap.size": `${parts.frameworkOffHeap}m`,
    "taskmanager.memory.task.off-heap.size": `${parts.taskOffHeap}m`,
    "taskmanager.memory.managed.size": `${parts.managed}m`,
    "taskmanager.memory.network.min": `${parts.network}m`,
    "taskmanager.memory.network.max": `${parts.network}m`,
    "taskmanager.memory.jvm-overhead.min": `${parts.jvmOverhead}m`,
    "taskmanager.memory.jvm-overhead.max": `${parts.jvmOverhead}m`,
    "taskmanager.memory.jvm-metaspace.size": `${parts.jvmMetaspace}m`,
  };
}

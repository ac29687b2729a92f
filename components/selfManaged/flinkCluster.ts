import { FETCH_MEGABYTES } from "../ddl.ts";

export type FlinkConfig = Readonly<Record<string, string | number | boolean>>;

/** What the configuration of a session cluster follows. */
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
  // What each task that reads from Kafka fetches at once, of which the last batch may be larger than what is left.
  taskOffHeap: 2 * FETCH_MEGABYTES * taskSlots(parallelism),
  managed: managedMegabytes(parallelism),
  // Taken at the start, used or not: enough for 16 pipelines, whose tasks all send to all others.
  network: Math.max(32, 8 * parallelism),
  jvmOverhead: 192,
  jvmMetaspace: 256,
});

/** The direct memory of a TaskManager, in MB, for a JVM that none of Flink's shell scripts starts. */
export function directMegabytes(size: ClusterSize): number {
  const { frameworkOffHeap, taskOffHeap, network } = taskManagerMemory(size);
  return frameworkOffHeap + taskOffHeap + network;
}

/** What a TaskManager takes in all, in MB. */
export const taskManagerMegabytes = (size: ClusterSize) =>
  Object.values(taskManagerMemory(size)).reduce((sum, part) => sum + part, 0);

/**
 * What every process of our session clusters has in its config.yaml, apart from addresses, wherever it runs.
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
    // A job whose service is away fails again and again: ever more rarely, so that its logs stay small, and still
    // often enough to be back soon after the service is. What has run for a while starts at once again.
    "restart-strategy.type": "exponential-delay",
    "restart-strategy.exponential-delay.initial-backoff": "1 s",
    "restart-strategy.exponential-delay.max-backoff": "15 s",
    "restart-strategy.exponential-delay.backoff-multiplier": 1.5,
    "restart-strategy.exponential-delay.jitter-factor": 0.1,
    "restart-strategy.exponential-delay.reset-backoff-threshold": "2 min",
    // A TaskManager that was killed refuses connections, and is missed after some seconds. One that only does not answer
    // may be on a machine that has too much to do.
    "heartbeat.interval": 2000,
    "heartbeat.timeout": 20000,
    // Jobs come as SQL through the gateway; nobody uploads a jar over the web UI.
    "web.submit.enable": false,
    "execution.target": "remote",
  };
}

/**
 * What a TaskManager has in its config.yaml beside that. It learns by silence alone that its JobManager has died, and
 * registers with the next one only then. A JobManager has little to do, and answers.
 */
export const taskManagerConfig: FlinkConfig = { "heartbeat.timeout": 12000 };

/**
 * Every part of the TaskManager's memory, and their sum: without Flink's shell scripts nothing fills in what is not
 * given, and with them a sum of Flink's own, in its config.yaml, has to be replaced.
 */
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

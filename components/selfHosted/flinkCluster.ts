import type { Settings } from "../settings.ts";

export type FlinkConfig = Readonly<Record<string, string | number | boolean>>;

/** Room for 16 pipelines: a number that followed the pipelines would restart the cluster with each change. */
const taskSlots = (settings: Settings) => 16 * settings["flink.parallelism"];

/** A window needs a few MB of managed memory in its slot; 2 MB are too few, 8 MB work. */
const managedMegabytes = (settings: Settings) => 8 * taskSlots(settings);

/** What a TaskManager takes in all, as {@link clusterConfig} divides it. */
export const taskManagerMegabytes = (settings: Settings) =>
  128 + 256 + 64 + 64 + managedMegabytes(settings) + 64 + 192 + 256;

/**
 * What every process of a session cluster of ours has in its config.yaml, wherever it stands, beside addresses.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/deployment/config/
 *
 * @param storage folder of checkpoints and savepoints, shared
 */
export function clusterConfig(settings: Settings, storage: string): FlinkConfig {
  return {
    ...memory(settings),
    "taskmanager.numberOfTaskSlots": taskSlots(settings),
    "execution.checkpointing.interval": `${settings["flink.checkpointIntervalMs"]} ms`,
    "execution.checkpointing.mode": "EXACTLY_ONCE",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "execution.checkpointing.dir": `file://${storage}/checkpoints`,
    "execution.checkpointing.savepoint-dir": `file://${storage}/savepoints`,
    "restart-strategy.type": "fixed-delay",
    "restart-strategy.fixed-delay.attempts": 2147483647,
    "restart-strategy.fixed-delay.delay": "1 s",
    // A TaskManager that was killed is missed after about 10 s.
    "heartbeat.interval": 2000,
    "heartbeat.timeout": 10000,
    // Jobs come as SQL through the gateway; nobody uploads a jar over the web UI.
    "web.submit.enable": false,
    "execution.target": "remote",
  };
}

/**
 * Every part of the TaskManager's memory, and their sum: without Flink's shell scripts nothing fills in what is not
 * given, and with them a sum of Flink's own, in its config.yaml, has to be replaced.
 * Heap is framework and task heap; direct memory is framework and task off-heap, and network.
 */
function memory(settings: Settings): FlinkConfig {
  return {
    "jobmanager.memory.process.size": "768m",
    "taskmanager.cpu.cores": 2,
    "taskmanager.memory.process.size": `${taskManagerMegabytes(settings)}m`,
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.task.heap.size": "256m",
    "taskmanager.memory.framework.off-heap.size": "64m",
    "taskmanager.memory.task.off-heap.size": "64m",
    "taskmanager.memory.managed.size": `${managedMegabytes(settings)}m`,
    "taskmanager.memory.network.min": "64m",
    "taskmanager.memory.network.max": "64m",
    "taskmanager.memory.jvm-overhead.min": "192m",
    "taskmanager.memory.jvm-overhead.max": "192m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
  };
}

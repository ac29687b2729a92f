import { join } from "node:path";
import type { Settings } from "../settings.ts";

/**
 * The config.yaml of one of the cluster's processes; they differ in where each keeps its temporary files.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/deployment/config/
 *
 * @param directory the process's own folder
 * @param storage folder of checkpoints and savepoints, shared
 */
export function flinkConfig(settings: Settings, directory: string, storage: string): string {
  // Room for 16 pipelines: a number that followed the pipelines would restart the cluster with each change.
  const slots = 16 * settings["flink.parallelism"];
  const config: Record<string, string | number | boolean> = {
    ...addresses(settings),
    ...memory(slots),
    "taskmanager.numberOfTaskSlots": slots,
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
    "io.tmp.dirs": join(directory, "tmp"),
    "blob.storage.directory": join(directory, "blob"),
    "web.upload.dir": join(directory, "upload"),
  };
  return Object.entries(config)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join("");
}

function addresses(settings: Settings): Record<string, string | number> {
  return {
    "jobmanager.rpc.address": "127.0.0.1",
    "jobmanager.rpc.port": settings["flink.rpcPort"],
    "jobmanager.bind-host": "127.0.0.1",
    "taskmanager.host": "127.0.0.1",
    "taskmanager.bind-host": "127.0.0.1",
    "taskmanager.resource-id": "taskmanager",
    "rest.address": "127.0.0.1",
    "rest.bind-address": "127.0.0.1",
    "rest.port": settings["flink.webPort"],
    "sql-gateway.endpoint.rest.address": "127.0.0.1",
    "sql-gateway.endpoint.rest.bind-address": "127.0.0.1",
    "sql-gateway.endpoint.rest.port": settings["flink.gatewayPort"],
  };
}

/**
 * Without Flink's shell scripts nothing fills in defaults: every part of the TaskManager's memory is explicit.
 * Heap is task + framework heap; direct memory is network + framework off-heap + 64 MB to spare.
 */
function memory(slots: number): Record<string, string | number> {
  return {
    "jobmanager.memory.process.size": "768m",
    "taskmanager.cpu.cores": 2,
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.framework.off-heap.size": "64m",
    "taskmanager.memory.task.heap.size": "256m",
    "taskmanager.memory.task.off-heap.size": "0m",
    // A window needs a few MB of managed memory in its slot; 2 MB are too few, 8 MB work.
    "taskmanager.memory.managed.size": `${8 * slots}m`,
    "taskmanager.memory.network.min": "64m",
    "taskmanager.memory.network.max": "64m",
    "taskmanager.memory.jvm-overhead.min": "192m",
    "taskmanager.memory.jvm-overhead.max": "192m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
  };
}

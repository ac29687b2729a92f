import { type ClusterSize, directMegabytes } from "./flinkCluster.ts";
import { type JvmProgram, QUICK_START, roomyHeap, smallHeap } from "./jvm.ts";

export type FlinkRole = "jobmanager" | "taskmanager" | "sql-gateway";

/**
 * The JVM's second compiler waits ten times longer than by default: until something has been called tens of thousands of
 * times, which takes seconds under load. On an idle cluster, it would take half a core for minutes after each start.
 */
const LATE_OPTIMIZER = [
  "-XX:Tier4InvocationThreshold=50000",
  "-XX:Tier4MinInvocationThreshold=6000",
  "-XX:Tier4CompileThreshold=150000",
  "-XX:Tier4BackEdgeThreshold=400000",
];

/** Compiles methods of more than 8,000 bytes too: Flink generates such methods from long expressions. */
const LONG_METHODS = "-XX:-DontCompileHugeMethods";

/**
 * The programs of a session cluster. They are not started by Flink's shell scripts, which run up to three other JVMs
 * first.
 *
 * @param configDirectory the folder of config.yaml; the gateway gets it as FLINK_CONF_DIR
 */
export const flinkPrograms = (
  size: ClusterSize,
  configDirectory: string,
): Readonly<Record<FlinkRole, JvmProgram>> => ({
  jobmanager: {
    mainClass: "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
    heap: smallHeap(256),
    options: [QUICK_START],
    arguments: ["--configDir", configDirectory],
  },
  taskmanager: {
    mainClass: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
    heap: roomyHeap(size.heapMegabytes),
    options: [`-XX:MaxDirectMemorySize=${directMegabytes(size)}m`, LONG_METHODS, ...LATE_OPTIMIZER],
    arguments: ["--configDir", configDirectory],
  },
  "sql-gateway": {
    mainClass: "org.apache.flink.table.gateway.SqlGateway",
    heap: smallHeap(256),
    options: [QUICK_START],
    arguments: [],
  },
});

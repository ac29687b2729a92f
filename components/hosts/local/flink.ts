import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../../lib/paths.ts";
import { typeScriptCommand } from "../../../lib/typeScriptCommand.ts";
import { Server } from "../../../provider/sdk.ts";
import { jarDirectory } from "../../../setup/jars.ts";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { type ClusterSize, directMegabytes, taskManagerConfig } from "../../selfManaged/flinkCluster.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import { flinkConfig, type LocalFlinkPorts } from "./flinkConfig.ts";
import type { StackFolders } from "./folders.ts";
import { type JavaProgram, javaFiles, javaServer, QUICK_START, roomyHeap, smallHeap } from "./java.ts";

export interface LocalFlinkArgs extends ClusterSize, LocalFlinkPorts {
  /** Pipelines that may start without their earlier state. */
  readonly freshStart: readonly string[];
  /** Whether its processes are restarted if they die. */
  readonly supervised: boolean;
  readonly folders: StackFolders;
}

/**
 * An Apache Flink session cluster on this machine, reachable from this machine only: JobManager, TaskManager
 * and SQL Gateway, each a process. It costs about 1.2 GB of memory.
 *
 * @example
 * const flink = new LocalFlink("flink", { webPort: 28081, rpcPort: 26123, gatewayPort: 28083, parallelism: 1, heapMegabytes: 640, checkpointIntervalMs: 1000, freshStart: [], supervised: true, folders });
 */
export class LocalFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly hasReadingFormat = true;
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;

  constructor(name: string, args: LocalFlinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:local:Flink", name, {}, opts);
    const { folders, parallelism, checkpointIntervalMs, freshStart, supervised } = args;
    const webUrl = `http://127.0.0.1:${args.webPort}`;
    const gatewayUrl = `http://127.0.0.1:${args.gatewayPort}`;
    this.access = pulumi.output({ webUrl, gatewayUrl });
    // Below the JobManager's own folder, because it owns the checkpoints: they are removed with it.
    const storage = join(folders.data("flink-jobmanager"), "storage");
    const records = join(folders.data("flink-jobmanager"), "jobs");

    const server = (role: Role, dependsOn: pulumi.Resource[] = []) =>
      new Server(
        `${name}-${role}`,
        {
          ...javaServer({
            jars: [jarDirectory("flink"), jarDirectory("reading")],
            ...programs(args)[role],
          }),
          environment: { FLINK_CONF_DIR: folders.data(`flink-${role}`) },
          directory: folders.data(`flink-${role}`),
          logFile: folders.log(`flink-${role}`),
          supervised,
          files: {
            ...javaFiles,
            "config.yaml": {
              content: flinkConfig(
                args,
                folders.data(`flink-${role}`),
                storage,
                role === "taskmanager" ? taskManagerConfig : {},
              ),
            },
          },
          ports: portsOf(role, args),
          readiness: { http: readinessOf(role, webUrl, gatewayUrl) },
          // A restarted JobManager no longer knows its jobs.
          ...(role === "jobmanager" && { afterRestart: resumeJobs(records) }),
        },
        { parent: this, dependsOn },
      );
    const jobManager = server("jobmanager");
    const taskManager = server("taskmanager", [jobManager]);
    const gateway = server("sql-gateway");

    this.sql = new SqlCluster(
      name,
      {
        gatewayUrl,
        jobManagerUrl: webUrl,
        parallelism,
        checkpointIntervalMs,
        checkpointDirectory: join(storage, "checkpoints"),
        ...(supervised && { recordDirectory: records }),
        freshStart,
        incarnation: pulumi.interpolate`${jobManager.startedAt} ${taskManager.startedAt}`,
      },
      { dependsOn: [taskManager, gateway], deletedWith: jobManager },
      this,
    );
    this.registerOutputs();
  }

  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.sql.runPipeline(name, args, opts);
  }
}

type Role = "jobmanager" | "taskmanager" | "sql-gateway";

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

const programs = (size: ClusterSize): Record<Role, Omit<JavaProgram, "jars">> => ({
  jobmanager: {
    mainClass: "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
    heap: smallHeap(256),
    options: [QUICK_START],
    arguments: ["--configDir", "."],
  },
  taskmanager: {
    mainClass: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
    heap: roomyHeap(size.heapMegabytes),
    options: [`-XX:MaxDirectMemorySize=${directMegabytes(size)}m`, LONG_METHODS, ...LATE_OPTIMIZER],
    arguments: ["--configDir", "."],
  },
  "sql-gateway": {
    mainClass: "org.apache.flink.table.gateway.SqlGateway",
    heap: smallHeap(256),
    options: [QUICK_START],
    arguments: [],
  },
});

const resumeJobs = (records: string) =>
  typeScriptCommand(join(projectDirectory, "provider/flink/resumeJobs.ts"), records);

function readinessOf(role: Role, webUrl: string, gatewayUrl: string): string {
  if (role === "sql-gateway") return `${gatewayUrl}/v1/info`;
  // The JobManager knows a TaskManager by its resource id once it has registered.
  return role === "jobmanager" ? `${webUrl}/overview` : `${webUrl}/taskmanagers/taskmanager`;
}

/** The ports, by the settings that they come from. */
function portsOf(role: Role, { webPort, rpcPort, gatewayPort }: LocalFlinkPorts): Record<string, number> {
  if (role === "jobmanager") return { "flink.webPort": webPort, "flink.rpcPort": rpcPort };
  return role === "taskmanager" ? {} : { "flink.gatewayPort": gatewayPort };
}

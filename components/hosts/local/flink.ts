import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../../lib/paths.ts";
import { typeScriptCommand } from "../../../lib/typeScriptCommand.ts";
import { Server } from "../../../provider/sdk.ts";
import { jarDirectory } from "../../../setup/jars.ts";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { type ClusterSize, taskManagerConfig } from "../../selfManaged/flinkCluster.ts";
import { type FlinkRole, flinkPrograms } from "../../selfManaged/flinkPrograms.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import { flinkConfig, type LocalFlinkPorts } from "./flinkConfig.ts";
import type { StackFolders } from "./folders.ts";
import { javaFiles, javaServer } from "./java.ts";

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

    const server = (role: FlinkRole, dependsOn: pulumi.Resource[] = []) =>
      new Server(
        `${name}-${role}`,
        {
          ...javaServer({
            jars: [jarDirectory("flink"), jarDirectory("reading")],
            ...flinkPrograms(args, ".")[role],
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
    // Not beside it: if the JobManager's ports were taken by another stack's, it would join that one.
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

const resumeJobs = (records: string) =>
  typeScriptCommand(join(projectDirectory, "provider/flink/resumeJobs.ts"), records);

function readinessOf(role: FlinkRole, webUrl: string, gatewayUrl: string): string {
  if (role === "sql-gateway") return `${gatewayUrl}/v1/info`;
  // The JobManager knows a TaskManager by its resource id once it has registered.
  return role === "jobmanager" ? `${webUrl}/overview` : `${webUrl}/taskmanagers/taskmanager`;
}

/** The ports, by the settings that they come from. */
function portsOf(
  role: FlinkRole,
  { webPort, rpcPort, gatewayPort }: LocalFlinkPorts,
): Record<string, number> {
  if (role === "jobmanager") return { "flink.webPort": webPort, "flink.rpcPort": rpcPort };
  return role === "taskmanager" ? {} : { "flink.gatewayPort": gatewayPort };
}

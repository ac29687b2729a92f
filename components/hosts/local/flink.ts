import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Server } from "../../../provider/sdk.ts";
import { jarDirectory } from "../../../setup/jars.ts";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { heapMegabytes } from "../../selfManaged/flinkCluster.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import type { Settings } from "../../settings.ts";
import { flinkConfig } from "./flinkConfig.ts";
import type { StackFolders } from "./folders.ts";
import { javaCommand, javaFiles, QUICK_START } from "./java.ts";

/**
 * An Apache Flink session cluster on this machine, reachable from this machine only: JobManager, TaskManager
 * and SQL Gateway, each a process. It costs about 1.2 GB of memory.
 *
 * @example
 * const flink = new LocalFlink("flink", { settings, folders });
 */
export class LocalFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;

  constructor(
    name: string,
    { settings, folders }: { readonly settings: Settings; readonly folders: StackFolders },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:local:Flink", name, {}, opts);
    const webUrl = `http://127.0.0.1:${settings["flink.webPort"]}`;
    const gatewayUrl = `http://127.0.0.1:${settings["flink.gatewayPort"]}`;
    this.access = pulumi.output({ webUrl, gatewayUrl });
    // Below the JobManager's own folder, since it is what owns checkpoints: they go when it goes.
    const storage = join(folders.data("flink-jobmanager"), "storage");

    const server = (role: Role, dependsOn: pulumi.Resource[] = []) =>
      new Server(
        `${name}-${role}`,
        {
          command: javaCommand({ jars: jarDirectory("flink"), ...programs(settings)[role] }),
          environment: { FLINK_CONF_DIR: folders.data(`flink-${role}`) },
          directory: folders.data(`flink-${role}`),
          logFile: folders.log(`flink-${role}`),
          files: {
            ...javaFiles,
            "config.yaml": { content: flinkConfig(settings, folders.data(`flink-${role}`), storage) },
          },
          ports: portsOf(role, settings),
          readiness: { http: readinessOf(role, webUrl, gatewayUrl) },
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
        parallelism: settings["flink.parallelism"],
        checkpointDirectory: join(storage, "checkpoints"),
        freshStart: settings.freshStart,
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

const programs = (
  settings: Settings,
): Record<Role, { mainClass: string; options: string[]; arguments: string[] }> => ({
  jobmanager: {
    mainClass: "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
    options: ["-Xmx256m", QUICK_START],
    arguments: ["--configDir", "."],
  },
  taskmanager: {
    mainClass: "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
    // Heap and direct memory as flinkConfig divides them.
    options: [`-Xmx${heapMegabytes(settings)}m`, "-XX:MaxDirectMemorySize=192m"],
    arguments: ["--configDir", "."],
  },
  "sql-gateway": {
    mainClass: "org.apache.flink.table.gateway.SqlGateway",
    options: ["-Xmx256m", QUICK_START],
    arguments: [],
  },
});

function readinessOf(role: Role, webUrl: string, gatewayUrl: string): string {
  if (role === "sql-gateway") return `${gatewayUrl}/v1/info`;
  // The JobManager knows a TaskManager by its resource id once it has registered.
  return role === "jobmanager" ? `${webUrl}/overview` : `${webUrl}/taskmanagers/taskmanager`;
}

function portsOf(role: Role, settings: Settings): Record<string, number> {
  const settingsOf: Record<Role, ("flink.webPort" | "flink.rpcPort" | "flink.gatewayPort")[]> = {
    jobmanager: ["flink.webPort", "flink.rpcPort"],
    taskmanager: [],
    "sql-gateway": ["flink.gatewayPort"],
  };
  return Object.fromEntries(settingsOf[role].map((setting) => [setting, settings[setting]]));
}

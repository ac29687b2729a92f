import * as pulumi from "@pulumi/pulumi";
import { containerFolder } from "../../../clients/folder.ts";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { taskManagerMegabytes } from "../../selfManaged/flinkCluster.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import type { Settings } from "../../settings.ts";
import { engineAddress } from "./address.ts";
import { builtImage } from "./builtImage.ts";
import { answers, container } from "./container.ts";
import {
  flinkConfig,
  GATEWAY,
  GATEWAY_PORT,
  JOB_MANAGER,
  STORAGE,
  TASK_MANAGER,
  WEB_PORT,
} from "./flinkConfig.ts";
import type { DockerHost } from "./host.ts";

/**
 * An Apache Flink session cluster in containers: JobManager, TaskManagers and SQL Gateway, on one image that has the
 * connectors, with checkpoints and savepoints in a volume that they share. It may take 3 GB of memory, and 1.5 GB
 * more with each further TaskManager.
 *
 * @example
 * const flink = new DockerFlink("flink", { settings, host });
 */
export class DockerFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;

  constructor(
    name: string,
    { settings, host }: { readonly settings: Settings; readonly host: DockerHost },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:Flink", name, {}, opts);
    const webUrl = `http://127.0.0.1:${settings["flink.webPort"]}`;
    const gatewayUrl = `http://127.0.0.1:${settings["flink.gatewayPort"]}`;
    this.access = pulumi.output({ webUrl, gatewayUrl });
    const image = builtImage(
      `${name}-image`,
      host,
      {
        folder: "flink",
        arguments: {
          FLINK_IMAGE: settings["docker.flinkImage"],
          MAVEN_IMAGE: settings["docker.mavenImage"],
        },
        copies: ["tools/jars/pom.xml"],
      },
      { parent: this },
    );
    const storage = host.volume(`${name}-storage`, "flink", this);
    const common = {
      image,
      user: "flink",
      environment: flinkConfig(settings),
      volumes: { [STORAGE]: storage },
    };
    const jobManager = container(
      `${name}-jobmanager`,
      host,
      {
        ...common,
        alias: JOB_MANAGER,
        command: ["jobmanager"],
        ports: { [WEB_PORT]: settings["flink.webPort"] },
        megabytes: 896,
        healthy: answers("127.0.0.1", WEB_PORT, "/overview"),
      },
      { parent: this },
    );
    const taskManagers = Array.from({ length: settings["docker.taskManagers"] }, (_, index) => {
      const number = index === 0 ? "" : `-${index + 1}`;
      const alias = `${TASK_MANAGER}${number}`;
      return container(
        `${name}-taskmanager${number}`,
        host,
        {
          ...common,
          alias,
          command: ["taskmanager"],
          environment: flinkConfig(settings, {
            "taskmanager.host": alias,
            "taskmanager.bind-host": "0.0.0.0",
            "taskmanager.resource-id": alias,
          }),
          megabytes: taskManagerMegabytes(settings) + 128,
          // The JobManager knows a TaskManager by its resource id once it has registered.
          healthy: answers(JOB_MANAGER, WEB_PORT, `/taskmanagers/${alias}`),
        },
        { parent: this, dependsOn: jobManager },
      );
    });
    const gateway = container(
      `${name}-sql-gateway`,
      host,
      {
        ...common,
        alias: GATEWAY,
        command: ["/opt/flink/bin/sql-gateway.sh", "start-foreground"],
        environment: { ...common.environment, JVM_ARGS: "-Xmx256m" },
        ports: { [GATEWAY_PORT]: settings["flink.gatewayPort"] },
        megabytes: 640,
        healthy: answers("127.0.0.1", GATEWAY_PORT, "/v1/info"),
      },
      { parent: this },
    );

    this.sql = new SqlCluster(
      name,
      {
        gatewayUrl,
        jobManagerUrl: webUrl,
        parallelism: settings["flink.parallelism"],
        place: "docker",
        checkpointDirectory: containerFolder(
          engineAddress(settings),
          `${host.prefix}-${JOB_MANAGER}`,
          `${STORAGE}/checkpoints`,
        ),
        freshStart: settings.freshStart,
        incarnation: pulumi
          .all([jobManager, ...taskManagers].map(({ id }) => id))
          .apply((ids) => ids.join(" ")),
      },
      { dependsOn: [...taskManagers, gateway], deletedWith: jobManager },
      this,
    );
    this.registerOutputs();
  }

  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.sql.runPipeline(name, args, opts);
  }
}

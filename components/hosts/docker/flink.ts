import * as pulumi from "@pulumi/pulumi";
import { containerFolder } from "../../../clients/folder.ts";
import type { FlinkAccess, FlinkRuntime, Network, PipelineArgs } from "../../contract.ts";
import {
  type ClusterSize,
  type FlinkConfig,
  taskManagerConfig,
  taskManagerMegabytes,
} from "../../selfManaged/flinkCluster.ts";
import { type FlinkRole, flinkPrograms } from "../../selfManaged/flinkPrograms.ts";
import { jvmArguments, LOGGING_FILE, logging } from "../../selfManaged/jvm.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import { builtImage } from "./builtImage.ts";
import { answers, container } from "./container.ts";
import {
  flinkConfig,
  GATEWAY,
  GATEWAY_PORT,
  HOME,
  JOB_MANAGER,
  STORAGE,
  TASK_MANAGER,
  WEB_PORT,
} from "./flinkConfig.ts";
import type { DockerHost } from "./host.ts";

const CONFIG = `${HOME}/conf`;
/** Folders of jars; flink/Dockerfile creates the second one. */
const CLASS_PATH = `${HOME}/lib/*:${HOME}/sql/*`;

export interface DockerFlinkArgs extends ClusterSize {
  readonly host: DockerHost;
  /** The image that our own is built on, and the one that fetches the connectors for it. */
  readonly flinkImage: string;
  readonly mavenImage: string;
  /** On 127.0.0.1 of the engine's machine. */
  readonly webPort: number;
  readonly gatewayPort: number;
  /** How many; each is a container. */
  readonly taskManagers: number;
  /** Pipelines that may start without their earlier state. */
  readonly freshStart: readonly string[];
}

/**
 * An Apache Flink session cluster in containers: JobManager, TaskManagers and SQL Gateway, on one image that has the
 * connectors, with checkpoints and savepoints in a volume that they share. It may take 3 GB of memory, and 1.5 GB
 * more with each additional TaskManager.
 *
 * @example
 * const flink = new DockerFlink("flink", { host, flinkImage, mavenImage, webPort: 28081, gatewayPort: 28083, taskManagers: 1, parallelism: 1, heapMegabytes: 640, checkpointIntervalMs: 1000, freshStart: [] });
 */
export class DockerFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly hasReadingFormat = true;
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;
  private readonly inside: Network;

  constructor(name: string, args: DockerFlinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:docker:Flink", name, {}, opts);
    const { host, parallelism, checkpointIntervalMs } = args;
    this.inside = host.inside;
    const webUrl = `http://127.0.0.1:${args.webPort}`;
    const gatewayUrl = `http://127.0.0.1:${args.gatewayPort}`;
    this.access = pulumi.output({ webUrl, gatewayUrl });
    const image = builtImage(
      `${name}-image`,
      host,
      {
        folder: "flink",
        arguments: {
          FLINK_IMAGE: args.flinkImage,
          MAVEN_IMAGE: args.mavenImage,
        },
        copies: [
          "tools/jars/pom.xml",
          "flink/reading/pom.xml",
          "flink/reading/src/main",
          "components/hosts/docker/flink/recordClasses.sh",
        ],
      },
      { parent: this },
    );
    const storage = host.volume(`${name}-storage`, "flink", this);
    const program = (role: FlinkRole, own: FlinkConfig = {}) => ({
      image,
      user: "flink",
      command: [
        "java",
        `-XX:SharedArchiveFile=${HOME}/classes/${role}.jsa`,
        "-Xlog:cds*=off",
        ...jvmArguments(flinkPrograms(args, CONFIG)[role], CLASS_PATH),
      ],
      environment: { FLINK_CONF_DIR: CONFIG },
      files: { [`${CONFIG}/config.yaml`]: flinkConfig(args, own), [`${HOME}/${LOGGING_FILE}`]: logging },
      volumes: { [STORAGE]: storage },
    });
    const jobManager = container(
      `${name}-jobmanager`,
      host,
      {
        ...program("jobmanager"),
        alias: JOB_MANAGER,
        ports: { [WEB_PORT]: args.webPort },
        megabytes: 896,
        healthy: answers("127.0.0.1", WEB_PORT, "/overview"),
      },
      { parent: this },
    );
    const taskManagers = Array.from({ length: args.taskManagers }, (_, index) => {
      const number = index === 0 ? "" : `-${index + 1}`;
      const alias = `${TASK_MANAGER}${number}`;
      return container(
        `${name}-taskmanager${number}`,
        host,
        {
          ...program("taskmanager", {
            "taskmanager.host": alias,
            "taskmanager.bind-host": "0.0.0.0",
            "taskmanager.resource-id": alias,
            ...taskManagerConfig,
          }),
          alias,
          megabytes: taskManagerMegabytes(args) + 128,
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
        ...program("sql-gateway"),
        alias: GATEWAY,
        ports: { [GATEWAY_PORT]: args.gatewayPort },
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
        parallelism,
        checkpointIntervalMs,
        network: host.inside,
        checkpointDirectory: containerFolder(
          host.address,
          `${host.prefix}-${JOB_MANAGER}`,
          `${STORAGE}/checkpoints`,
        ),
        freshStart: args.freshStart,
        incarnation: pulumi
          .all([jobManager, ...taskManagers].map(({ id }) => id))
          .apply((ids) => ids.join(" ")),
      },
      { dependsOn: [...taskManagers, gateway], deletedWith: jobManager },
      this,
    );
    this.registerOutputs();
  }

  webUrlFrom(network: Network): string | undefined {
    return network === this.inside ? `http://${JOB_MANAGER}:${WEB_PORT}` : undefined;
  }

  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.sql.runPipeline(name, args, opts);
  }
}

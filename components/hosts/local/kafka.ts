import * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import { Server, Topic } from "../../../provider/sdk.ts";
import { jarDirectory } from "../../../setup/jars.ts";
import type { KafkaCluster, TopicArgs } from "../../contract.ts";
import type { JvmProgram } from "../../selfManaged/jvm.ts";
import {
  brokerProperties,
  controllerAlone,
  fenceScript,
  kafkaPrograms,
  propertiesFile,
  type TopicDefaults,
  type TransactionPace,
  topicInputs,
} from "../../selfManaged/kafkaBroker.ts";
import type { StackFolders } from "./folders.ts";
import { javaFiles, javaHelper, javaServer } from "./java.ts";

/** The folder of its data, below its directory. */
const LOG = "log";

export interface LocalKafkaArgs {
  readonly port: number;
  readonly controllerPort: number;
  readonly topics: TopicDefaults;
  readonly pace: TransactionPace;
  /** Whether it is restarted if it dies. */
  readonly supervised: boolean;
  readonly folders: StackFolders;
}

/**
 * An Apache Kafka broker on this machine, in KRaft mode, reachable from this machine only.
 * It costs about 0.4 GB of memory.
 *
 * @example
 * const kafka = new LocalKafka("kafka", { port: 29092, controllerPort: 29093, topics, pace: { parallelism: 1, checkpointIntervalMs: 1000 }, supervised: true, folders });
 */
export class LocalKafka extends pulumi.ComponentResource implements KafkaCluster {
  private readonly address: pulumi.Output<KafkaConnection>;
  private readonly broker: Server;

  constructor(
    name: string,
    private readonly args: LocalKafkaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:local:Kafka", name, {}, opts);
    const { port, controllerPort, pace, supervised, folders } = args;
    this.address = pulumi.output({
      bootstrapServers: `127.0.0.1:${port}`,
      security: { protocol: "PLAINTEXT" as const },
    });
    const jars = [jarDirectory("kafka")] as const;
    const programs = kafkaPrograms(pace);
    const broker = { jars, ...programs.broker };
    const helper = (program: JvmProgram) => javaHelper({ jars, ...program }, broker);
    const controller = `CONTROLLER://127.0.0.1:${controllerPort}`;
    const properties = {
      ...brokerProperties,
      "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port},${controller}`,
      "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
      "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
      "log.dirs": LOG,
    };
    this.broker = new Server(
      `${name}-broker`,
      {
        ...javaServer(broker),
        prepare: { command: helper(programs.formatData), creates: LOG },
        beforeStart: ["/bin/sh", fenceScript, LOG, ...helper(programs.controllerAlone)],
        directory: folders.data("kafka"),
        logFile: folders.log("kafka"),
        supervised,
        files: {
          ...javaFiles,
          "server.properties": { content: propertiesFile(properties) },
          "controller.properties": { content: propertiesFile(controllerAlone(properties, controller)) },
        },
        ports: { "kafka.port": port, "kafka.controllerPort": controllerPort },
        readiness: { tcp: port },
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all clients: whoever is on this machine can reach it. */
  connection(): pulumi.Output<KafkaConnection> {
    return this.address;
  }

  createTopic(name: string, args: TopicArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return new Topic(
      name,
      { connection: this.address, ...topicInputs(this.args.topics, args) },
      pulumi.mergeOptions(opts, { dependsOn: this.broker, deletedWith: this.broker }),
    );
  }
}

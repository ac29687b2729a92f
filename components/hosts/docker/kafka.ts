import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import { Topic } from "../../../provider/sdk.ts";
import {
  type Client,
  type KafkaCluster,
  type KafkaRole,
  type TopicArgs,
  thisMachine,
} from "../../contract.ts";
import { type JvmProgram, jvmArguments, LOGGING_FILE, logging } from "../../selfManaged/jvm.ts";
import {
  brokerHeap,
  brokerProperties,
  controllerAlone,
  fenceScript,
  kafkaPrograms,
  propertiesFile,
  type TopicDefaults,
  type TransactionPace,
  topicInputs,
} from "../../selfManaged/kafkaBroker.ts";
import { container, listens } from "./container.ts";
import type { DockerHost } from "./host.ts";

const ALIAS = "kafka";
const PORT = 9092;
const CONTROLLER_PORT = 9093;
const CONTROLLER = `CONTROLLER://127.0.0.1:${CONTROLLER_PORT}`;
/** The container's port behind kafka.port on the engine's machine. */
const PUBLISHED_PORT = 9094;
/** Where the image expects its data: https://github.com/apache/kafka/tree/trunk/docker */
const DATA = "/var/lib/kafka/data";
/** What a broker takes besides its heap, in MB: code, buffers, and files that it has mapped. */
const BESIDES_HEAP = 512;

export interface DockerKafkaArgs {
  readonly host: DockerHost;
  readonly image: string;
  /** On 127.0.0.1 of the engine's machine. */
  readonly port: number;
  readonly topics: TopicDefaults;
  readonly pace: TransactionPace;
}

/**
 * An Apache Kafka broker in a container, in KRaft mode. It has two addresses: one for the stack's network, and one
 * for 127.0.0.1 of the engine's machine. It may take 0.75 GB of memory, or more with more transactions.
 *
 * @example
 * const kafka = new DockerKafka("kafka", { host, image: "apache/kafka:4.4.0", port: 29092, topics, pace: { parallelism: 1, checkpointIntervalMs: 1000 } });
 */
export class DockerKafka extends pulumi.ComponentResource implements KafkaCluster {
  private readonly broker: pulumi.Resource;
  private readonly data: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: DockerKafkaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:Kafka", name, {}, opts);
    const { host, port, pace } = args;
    const data = host.volume(`${name}-data`, ALIAS, this);
    this.data = data;
    const properties = propertiesOf(port);
    this.broker = container(
      `${name}-broker`,
      host,
      {
        alias: ALIAS,
        image: host.image(`${name}-image`, args.image, this),
        user: "appuser",
        command: ["bash", "-c", startScript(pace)],
        files: {
          "/server.properties": propertiesFile(properties),
          "/controller.properties": propertiesFile(controllerAlone(properties, CONTROLLER)),
          [`/${LOGGING_FILE}`]: logging,
          "/fenceBroker.sh": readFileSync(fenceScript, "utf8"),
        },
        volumes: { [DATA]: data },
        ports: { [PUBLISHED_PORT]: port },
        megabytes: BESIDES_HEAP + brokerHeap(pace),
        healthy: listens(PORT),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all roles. */
  connection({ from }: Pick<Client<KafkaRole>, "from">): pulumi.Output<KafkaConnection> {
    const { host, port } = this.args;
    const bootstrapServers = from === host.inside ? `${ALIAS}:${PORT}` : `127.0.0.1:${port}`;
    return pulumi.output({ bootstrapServers, security: { protocol: "PLAINTEXT" as const } });
  }

  createTopic(name: string, args: TopicArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return new Topic(
      name,
      { connection: this.connection({ from: thisMachine }), ...topicInputs(this.args.topics, args) },
      pulumi.mergeOptions(opts, { dependsOn: this.broker, deletedWith: this.data }),
    );
  }
}

/** A line of a shell script that runs Kafka or one of its tools. */
const java = (program: JvmProgram) =>
  ["java $archive", ...jvmArguments(program, "$class_path").map((argument) => `"${argument}"`)].join(" ");

/**
 * Not the image's own script, which runs another JVM first, and would once more for the controller. Like it, uses the
 * image's archive of loaded classes, which names the jars in this order and relative to this folder.
 */
const startScript = (pace: TransactionPace) => {
  const { formatData, controllerAlone: controller, broker } = kafkaPrograms(pace);
  return `cd /
printf -v class_path ':%s' /opt/kafka/libs/*
class_path=\${class_path#:}
[ -e /opt/kafka/kafka.jsa ] && archive='-XX:SharedArchiveFile=/opt/kafka/kafka.jsa -Xlog:cds*=off'
[ -e ${DATA}/meta.properties ] || ${java(formatData)} || exit
sh fenceBroker.sh ${DATA} ${java(controller)}
exec ${java(broker)}`;
};

const propertiesOf = (port: number) => ({
  ...brokerProperties,
  "controller.quorum.voters": `1@127.0.0.1:${CONTROLLER_PORT}`,
  listeners: `PLAINTEXT://:${PORT},PUBLISHED://:${PUBLISHED_PORT},${CONTROLLER}`,
  "advertised.listeners": `PLAINTEXT://${ALIAS}:${PORT},PUBLISHED://127.0.0.1:${port}`,
  "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PUBLISHED:PLAINTEXT",
  "log.dirs": DATA,
});

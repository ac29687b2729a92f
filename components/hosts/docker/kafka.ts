import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { Topic } from "../../../provider/sdk.ts";
import {
  type Client,
  type KafkaCluster,
  type KafkaRole,
  type TopicArgs,
  thisMachine,
} from "../../contract.ts";
import { QUICK_START } from "../../selfManaged/jvm.ts";
import {
  BROKER_ONLY,
  brokerProperties,
  CLUSTER_ID,
  controllerProperties,
  type TopicDefaults,
  topicInputs,
} from "../../selfManaged/kafkaBroker.ts";
import { container, listens } from "./container.ts";
import type { DockerHost } from "./host.ts";

const ALIAS = "kafka";
const PORT = 9092;
const CONTROLLER_PORT = 9093;
/** The container's port behind kafka.port on the engine's machine. */
const PUBLISHED_PORT = 9094;
/** Where the image expects its data: https://github.com/apache/kafka/tree/trunk/docker */
const DATA = "/var/lib/kafka/data";

export interface DockerKafkaArgs {
  readonly host: DockerHost;
  readonly image: string;
  /** On 127.0.0.1 of the engine's machine. */
  readonly port: number;
  readonly topics: TopicDefaults;
}

/**
 * An Apache Kafka broker in a container, in KRaft mode. It has two addresses: one for the stack's network, and one
 * for 127.0.0.1 of the engine's machine. It may take 0.75 GB of memory.
 *
 * @example
 * const kafka = new DockerKafka("kafka", { host, image: "apache/kafka:4.4.0", port: 29092, topics });
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
    const { host, port } = args;
    const data = host.volume(`${name}-data`, ALIAS, this);
    this.data = data;
    this.broker = container(
      `${name}-broker`,
      host,
      {
        alias: ALIAS,
        image: host.image(`${name}-image`, args.image, this),
        user: "appuser",
        command: ["bash", "-c", START, "start", DATA, ...controllerAlone],
        files: {
          [FENCE]: readFileSync(join(projectDirectory, "components/selfManaged/fenceBroker.sh"), "utf8"),
        },
        environment: {
          CLUSTER_ID,
          KAFKA_HEAP_OPTS: "-Xmx256m -Xms128m",
          KAFKA_OPTS: QUICK_START,
          ...variables(port),
        },
        volumes: { [DATA]: data },
        ports: { [PUBLISHED_PORT]: port },
        megabytes: 768,
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

const FENCE = "/opt/kafka/fenceBroker.sh";
/** The image's own start, of the broker and its controller unless the environment says otherwise. */
const RUN = "/etc/kafka/docker/run";
/** Its arguments are those of fenceBroker.sh. */
const START = `sh ${FENCE} "$@"; exec ${RUN}`;

const controllerAlone = [
  "env",
  ...BROKER_ONLY.flatMap((key) => ["-u", variable(key)]),
  ...Object.entries(controllerProperties(`CONTROLLER://127.0.0.1:${CONTROLLER_PORT}`)).map(
    ([key, value]) => `${variable(key)}=${value}`,
  ),
  RUN,
];

/** The broker's properties in the spelling of the image: `log.dirs` is KAFKA_LOG_DIRS. */
function variables(port: number): Record<string, string> {
  const properties = {
    ...brokerProperties,
    "controller.quorum.voters": `1@127.0.0.1:${CONTROLLER_PORT}`,
    listeners: `PLAINTEXT://:${PORT},PUBLISHED://:${PUBLISHED_PORT},CONTROLLER://127.0.0.1:${CONTROLLER_PORT}`,
    "advertised.listeners": `PLAINTEXT://${ALIAS}:${PORT},PUBLISHED://127.0.0.1:${port}`,
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PUBLISHED:PLAINTEXT",
    "log.dirs": DATA,
  };
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [variable(key), value]));
}

function variable(property: string): string {
  return `KAFKA_${property.replaceAll(".", "_").toUpperCase()}`;
}

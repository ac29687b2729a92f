import { isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import {
  type Consumer,
  type ConsumerConfig,
  type ISocketFactory,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Producer,
  type ProducerConfig,
} from "kafkajs";
import { noteExpiry } from "../../lib/certificateExpiry.ts";
import "./abortedTransactions.ts";
import "./idleConnections.ts";
import "./lostMembership.ts";
import "./movedLeaders.ts";
import "./refusedCoordinator.ts";

/** How clients authenticate to a Kafka cluster. Certificates and keys are PEM text. */
export type KafkaSecurity =
  | { readonly protocol: "PLAINTEXT" }
  | {
      readonly protocol: "SSL";
      /** The project's own certificate authority; the system's authorities if absent. */
      readonly ca?: string;
      readonly certificate: string;
      readonly key: string;
    }
  | {
      readonly protocol: "SASL_SSL";
      readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
      readonly username: string;
      readonly password: string;
      /** The project's own certificate authority; the system's authorities if absent. */
      readonly ca?: string;
    };

/** Everything a client needs to reach a Kafka cluster. */
export interface KafkaConnection {
  /** Comma-separated `host:port` pairs. */
  readonly bootstrapServers: string;
  readonly security: KafkaSecurity;
}

/**
 * Creates no topics. A broker with `auto.create.topics.enable`, Kafka's default, creates those that a client asks about,
 * such as one that somebody has just deleted.
 */
class KafkaWithoutNewTopics extends Kafka {
  override consumer(config: ConsumerConfig): Consumer {
    return super.consumer({ allowAutoTopicCreation: false, ...config });
  }

  override producer(config: ProducerConfig = {}): Producer {
    return super.producer({ allowAutoTopicCreation: false, ...config });
  }
}

/** A kafkajs client for the connection. `overrides` takes precedence over the defaults. */
export function kafkaClient(
  connection: KafkaConnection,
  clientId: string,
  overrides: Partial<KafkaConfig> = {},
): Kafka {
  return new KafkaWithoutNewTopics({
    clientId,
    brokers: connection.bootstrapServers.split(",").map((server) => server.trim()),
    logLevel: logLevel.NOTHING,
    ...authentication(connection.security),
    ...overrides,
  });
}

type Authentication = Pick<KafkaConfig, "ssl" | "sasl" | "socketFactory">;

function authentication(security: KafkaSecurity): Authentication {
  switch (security.protocol) {
    case "PLAINTEXT":
      return {};
    case "SSL":
      return {
        socketFactory,
        ssl: { ...authority(security.ca), cert: security.certificate, key: security.key },
      };
    case "SASL_SSL":
      return {
        socketFactory,
        ssl: authority(security.ca),
        sasl: {
          // kafkajs spells the mechanisms in lower case and types each separately.
          mechanism: security.mechanism.toLowerCase() as "plain",
          username: security.username,
          password: security.password,
        },
      };
  }
}

const authority = (ca: string | undefined) => (ca === undefined ? {} : { ca: [ca] });

const KEEP_ALIVE_MS = 60_000;

/** Creates sockets as kafkajs does, but the error for an expired certificate includes when it expired. */
const socketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = connectTls({ host, port, ...name, ...ssl }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  noteExpiry(socket);
  return socket;
};

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import type { KeyPair, TestCertificates } from "./certificates.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { aclsOf, aclsOfReader, aclsOfTenant, GRANTS, type Grants, ROLES, type Role } from "./kafkaAcls.ts";
import { freePorts } from "./ports.ts";
import { ResourceGraph } from "./resourceGraph.ts";

/** A listener of the broker: the last two speak SASL_SSL, with an unsuitable certificate. */
export type Listener = "SASL_SSL" | "SSL" | "EXPIRED" | "MISNAMED";

/**
 * A real broker for one test file, started in the same way as the local stack starts its own. It accepts passwords
 * (SASL_SSL, SCRAM-SHA-256) and client certificates (SSL), and allows everybody only what they need.
 */
export class SecureKafka {
  private constructor(
    private readonly directory: string,
    private readonly state: ServerState,
    private readonly certificates: TestCertificates,
    readonly ports: Readonly<Record<Listener, number>>,
  ) {}

  static async start({ certificates }: { readonly certificates: TestCertificates }): Promise<SecureKafka> {
    const directory = ownFolder("streaming-kafka-");
    const [SASL_SSL = 0, SSL = 0, EXPIRED = 0, MISNAMED = 0, controller = 0] = await freePorts(5);
    const ports = { SASL_SSL, SSL, EXPIRED, MISNAMED };
    const settings = {
      directory: join(directory, "data"),
      "kafka.port": SASL_SSL,
      "kafka.controllerPort": controller,
    };
    const graph = await ResourceGraph.of(settings);
    const plain = graph.get("kafka-broker").inputs as unknown as ServerInputs;
    const { state } = await serverHandler.create(secured(plain, certificates, ports, controller), "kafka");
    const kafka = new SecureKafka(directory, state, certificates, ports);
    for (const role of ROLES) await kafka.allow(role, GRANTS[role]);
    return kafka;
  }

  /** How a role reaches the broker. */
  connectionFor(role: Role, listener: Listener = "SASL_SSL"): KafkaConnection {
    const bootstrapServers = `127.0.0.1:${this.ports[listener]}`;
    const { authority } = this.certificates;
    const { ca } = authority;
    if (listener === "SSL") {
      return { bootstrapServers, security: { protocol: "SSL", ca, ...authority.client(role) } };
    }
    const security = {
      protocol: "SASL_SSL",
      mechanism: "SCRAM-SHA-256",
      username: role,
      password: passwordOf(role),
      ca,
    } as const;
    return { bootstrapServers, security };
  }

  /**
   * Allows a user of another generation, such as `flink-2`, or of a stack whose topics have its prefix, such as
   * `demo-flink`, whatever its role may do; it has only a certificate.
   */
  async admit(username: string): Promise<void> {
    const role = ROLES.find((name) => username.startsWith(`${name}-`) || username.endsWith(`-${name}`));
    if (role === undefined) return;
    const prefix = username.endsWith(`-${role}`) ? username.slice(0, -role.length) : "";
    const grants = Object.entries(GRANTS[role]).map(([topic, permission]) => [prefix + topic, permission]);
    const acl = aclsOf(username, Object.fromEntries(grants));
    await this.asAdmin((admin) => admin.createAcls({ acl }));
  }

  /** A user's credentials, for both ways to log in. */
  loginOf(username: string): KeyPair & { readonly password: string; readonly ca: string } {
    const { authority } = this.certificates;
    return { ...authority.client(username), password: passwordOf(username), ca: authority.ca };
  }

  /** Allows a role more. */
  async allow(role: Role, grants: Grants): Promise<void> {
    const acl = aclsOf(role, grants);
    if (acl.length > 0) await this.asAdmin((admin) => admin.createAcls({ acl }));
  }

  /** Allows a role everything on names that begin with a prefix. */
  async allowPrefix(role: Role, prefix: string): Promise<void> {
    await this.asAdmin((admin) => admin.createAcls({ acl: aclsOfTenant(role, prefix) }));
  }

  /** Allows a role to read a topic, with the groups that it may already use. */
  async allowToRead(role: Role, topic: string): Promise<void> {
    await this.asAdmin((admin) => admin.createAcls({ acl: aclsOfReader(role, topic) }));
  }

  /** The existing topics. */
  topics(): Promise<string[]> {
    return this.asAdmin((admin) => admin.listTopics());
  }

  async createTopics(...topics: string[]): Promise<void> {
    await this.asAdmin((admin) =>
      admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })) }),
    );
  }

  async remove(): Promise<void> {
    // Nothing on it is needed any more, so do not wait for an orderly shutdown.
    await serverHandler.delete(this.state.directory, { ...this.state, graceSeconds: 0 });
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async asAdmin<T>(
    use: (admin: ReturnType<ReturnType<typeof kafkaClient>["admin"]>) => Promise<T>,
  ): Promise<T> {
    const admin = kafkaClient(this.connectionFor("admin"), "test").admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** Contains an apostrophe, which SQL has to double. */
const passwordOf = (role: string) => `${role}'s-own-password`;

/** The local stack's broker, with different listeners. */
function secured(
  plain: ServerInputs,
  { authority, server, expired, misnamed }: TestCertificates,
  ports: Record<Listener, number>,
  controllerPort: number,
): ServerInputs {
  const users = ROLES.flatMap((role) => [
    "--add-scram",
    `SCRAM-SHA-256=[name=${role},password=${passwordOf(role)}]`,
  ]);
  const properties = `${plain.files?.["server.properties"]?.content}
${securityProperties(ports, controllerPort)}`;
  return {
    ...plain,
    prepare: { creates: "log", ...plain.prepare, command: [...(plain.prepare?.command ?? []), ...users] },
    files: {
      ...plain.files,
      "server.properties": { content: properties, secret: true },
      "server.pem": { content: pem(server), secret: true },
      "expired.pem": { content: pem(expired), secret: true },
      "misnamed.pem": { content: pem(misnamed), secret: true },
      "ca.pem": { content: authority.ca },
    },
  };
}

const pem = ({ key, certificate }: KeyPair) => `${key}${certificate}`;

/** Appended to the local stack's properties: of two with the same name, the last counts. */
function securityProperties(ports: Record<Listener, number>, controllerPort: number): string {
  const names = Object.keys(ports) as Listener[];
  const listeners = names.map((name) => `${name}://127.0.0.1:${ports[name]}`).join(",");
  // The broker's own identity, for itself.
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${passwordOf("admin")}";`;
  return `listeners=${listeners},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${listeners}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,EXPIRED:SASL_SSL,MISNAMED:SASL_SSL
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-256
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${jaas}
listener.name.expired.scram-sha-256.sasl.jaas.config=${jaas}
listener.name.misnamed.scram-sha-256.sasl.jaas.config=${jaas}
ssl.keystore.type=PEM
ssl.keystore.location=server.pem
ssl.truststore.type=PEM
ssl.truststore.location=ca.pem
listener.name.expired.ssl.keystore.type=PEM
listener.name.expired.ssl.keystore.location=expired.pem
listener.name.misnamed.ssl.keystore.type=PEM
listener.name.misnamed.ssl.keystore.location=misnamed.pem
listener.name.ssl.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/,DEFAULT
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
# Who is anonymous is the broker itself, to its controller: nobody else gets in without a name.
super.users=User:admin;User:ANONYMOUS
`;
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inject, vi } from "vitest";
import { endOrphanedPlugins } from "../../cli/engine/interruptedRun.ts";
import { AivenClient } from "../../clients/aiven/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { pipelineNames, pipelineOf, sourceTopic } from "../../components/pipelines.ts";
import type { Connection, StandInOptions } from "../aiven/options.ts";
import { AivenStandIn } from "../aiven/standIn.ts";
import { testCertificates } from "./certificates.ts";
import { OpenSearchNode } from "./openSearch.ts";
import { SecureKafka } from "./secureKafka.ts";
import { SecurePostgres } from "./securePostgres.ts";
import { stackFile } from "./stackFile.ts";
import { TestStack } from "./testStack.ts";
import { TlsProxy } from "./tlsProxy.ts";
import { until } from "./topics.ts";

/** Aiven's provider has fixed waits: 30 s for a service, 55 s for an integration. */
export const MINUTE = 60_000;

const plugin = inject("optionalParts").aiven;
/** Why tests with Aiven's provider cannot run here; empty if they can. */
export const whyNotAiven = "reason" in plugin ? plugin.reason : "";
if (whyNotAiven !== "") console.warn(`Tests with Aiven's provider are skipped: ${whyNotAiven}.`);

interface Behind {
  readonly postgres: SecurePostgres;
  readonly kafka: SecureKafka | undefined;
  readonly openSearch: OpenSearchNode | undefined;
}

/**
 * The stand-in for Aiven's API with real servers behind its services: PostgreSQL with TLS and, if requested, Kafka
 * with TLS and users, and OpenSearch behind a TLS proxy.
 */
export class AivenWorld {
  private readonly stacks: TestStack[] = [];

  private constructor(
    readonly api: AivenStandIn,
    readonly behind: Behind,
    private readonly proxy: TlsProxy | undefined,
    private readonly directory: string,
  ) {}

  static async start(
    options: StandInOptions & { readonly kafka?: boolean; readonly openSearch?: boolean } = {},
  ): Promise<AivenWorld> {
    const certificates = testCertificates();
    const { authority, server } = certificates;
    const postgres = await SecurePostgres.start({ authority, server });
    const kafka = options.kafka ? await SecureKafka.start({ certificates }) : undefined;
    // Creates the topics on the real broker that Aiven's API is asked for.
    await kafka?.createTopics(...TOPICS);
    const openSearch = options.openSearch ? await OpenSearchNode.start() : undefined;
    const proxy = openSearch && (await TlsProxy.start(server, portIn(openSearch.connection.url)));
    const dbname = "defaultdb";
    await withPostgres(postgres.owner, (client) => client.query(`CREATE DATABASE ${dbname}`));
    const { database: _, tls: __, ...login } = postgres.owner;
    const api = await AivenStandIn.start({
      ...options,
      backing: {
        pg: { ...login, dbname, ca: authority.ca, sslMode: "verify-full" },
        ...(kafka && { kafka: (username: string) => kafkaLogin(kafka, username) }),
        ...(proxy && { opensearch: { host: "localhost", port: proxy.port } }),
      },
      onUserCreated: async (type, username, password) => {
        if (type === "pg") await postgres.createRole(username, password);
        if (type === "kafka") await kafka?.admit(username);
      },
      onUserDeleted: (type, username) => (type === "pg" ? postgres.dropRole(username) : undefined),
    });
    const directory = mkdtempSync(join(tmpdir(), "streaming-aiven-"));
    writeFileSync(join(directory, "ca.pem"), authority.ca);
    // The program asks for it too.
    for (const [name, value] of Object.entries(api.environment)) vi.stubEnv(name, value);
    return new AivenWorld(api, { postgres, kafka, openSearch }, proxy, directory);
  }

  /** A stack of that name, with the settings from its file. */
  async stack(name: string, settings: Record<string, unknown> = {}): Promise<TestStack> {
    const config = { ...(await stackFile(name)), ...settings };
    const stack = await TestStack.create(config, { name, environment: this.environment });
    this.stacks.push(stack);
    return stack;
  }

  /** How many deployments of a Flink service run, once none is in transition. */
  async runningDeployments(service: string): Promise<number> {
    const client = new AivenClient(this.api.environment.AIVEN_TOKEN);
    const statuses = async () => {
      const applications = [...this.api.state.service(service).applications.keys()];
      const all = applications.map((id) => client.deployments("test-project", service, id));
      return (await Promise.all(all)).flat().map(({ status }) => status);
    };
    await until(
      async () => !(await statuses()).some((status) => /INITIALIZING|CREATED/.test(status)),
      "the jobs",
    );
    return (await statuses()).filter((status) => status === "RUNNING").length;
  }

  async remove(): Promise<void> {
    for (const stack of this.stacks) stack.remove();
    // A test may have killed an engine.
    await endOrphanedPlugins();
    await this.api.close();
    await this.proxy?.close();
    await this.behind.openSearch?.remove();
    await this.behind.kafka?.remove();
    await this.behind.postgres.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The environment of the engine and the provider plugins. */
  get environment(): Record<string, string> {
    return {
      ...this.api.environment,
      PATH: ["directory" in plugin ? plugin.directory : "", process.env.PATH].join(delimiter),
      // Aiven's OpenSearch has a certificate that every system trusts.
      NODE_EXTRA_CA_CERTS: join(this.directory, "ca.pem"),
    };
  }
}

const outputTopics = pipelineNames.flatMap((name) => {
  const { output } = pipelineOf(name);
  return output && "topic" in output ? [output.topic] : [];
});

/** The topics of a stack that runs all pipelines, some of which share one. */
export const TOPICS = [sourceTopic, ...new Set(outputTopics)];

const portIn = (url: string) => Number(new URL(url).port);

/** How the real broker identifies a user. */
function kafkaLogin(kafka: SecureKafka, username: string): Connection {
  const { password, ca, certificate, key } = kafka.loginOf(username);
  const { SASL_SSL: saslPort, SSL: port } = kafka.ports;
  return { host: "127.0.0.1", port, saslPort, password, ca, accessCert: certificate, accessKey: key };
}

import type * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../clients/kafka/client.ts";
import type { OpenSearchConnection } from "../clients/openSearch/client.ts";
import type { PostgresConnection } from "../clients/postgres/connection.ts";
import type { IndexBody } from "../provider/opensearch/indexBody.ts";
import type { Privilege } from "../provider/postgres/grant.ts";
import type { PipelineSql } from "./pipelineSql.ts";

/**
 * What the system needs from the services below it, whoever runs them. A host (a folder in hosts/) implements each
 * service once, and any Flink works with any Kafka, PostgreSQL and OpenSearch.
 */

/**
 * Where a client runs. A service may have a different address in each network. Only the object itself identifies a
 * network; a host may have one of its own.
 */
export interface Network {
  /** For messages. */
  readonly name: string;
}

/** The network of the machine that Pulumi runs on. */
export const thisMachine: Network = { name: "this machine" };

/** Who connects to a service. */
export interface Client<Role> {
  readonly role: Role;
  readonly from: Network;
}

/** Who connects to Kafka: each is a user of its own if the host has users. The operator looks at the results. */
export type KafkaRole = "generator" | "flink" | "notifier" | "operator";

/** An Apache Kafka cluster. */
export interface KafkaCluster {
  /**
   * How a client reaches it; secret if it holds credentials. Creates nothing: createTopic grants a role access.
   *
   * @throws if no topic grants the role access, on a host that has users
   */
  connection(client: Client<KafkaRole>): pulumi.Output<KafkaConnection>;
  createTopic(name: string, args: TopicArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface TopicArgs {
  readonly topic: string;
  /** Whether it existed before the stack: then nothing in it is changed, and it outlives the stack. */
  readonly existing?: boolean;
  /** Who may write it, and who may read it; nobody else can if the host has users. */
  readonly writers: readonly KafkaRole[];
  readonly readers: readonly KafkaRole[];
  /** Topic configuration beyond the host's own defaults, e.g. `{ "max.message.bytes": "16777216" }`. */
  readonly config?: Record<string, string>;
  /** How long its records are kept even if the host's default is shorter. */
  readonly leastRetentionHours?: number;
}

/** Who connects to PostgreSQL: the owner of the tables, or a role with the rights that tables grant it. */
export type PostgresRole = "owner" | "flink" | "notifier";

/** A PostgreSQL database. */
export interface PostgresDatabase {
  /**
   * How a client reaches it; secret. Creates nothing: a table grants a role access.
   *
   * @throws if no table grants the role access, on a host that has users
   */
  connection(client: Client<PostgresRole>): pulumi.Output<PostgresConnection>;
  createThresholdTable(
    name: string,
    args: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
  /** A table that we put no rows into. */
  createTable(name: string, args: TableArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface TableArgs {
  readonly table: string;
  /** CREATE TABLE statement. */
  readonly ddl: string;
  /**
   * What roles may do with it, e.g. `{ flink: ["SELECT"] }`; the owner may do everything, as may all roles on a host
   * without users.
   */
  readonly grants: TableGrants;
  /** Whether it may be dropped with its rows when a change of its definition needs a new table. */
  readonly replace: boolean;
  /** The setting that turns `replace` on, for the message. */
  readonly replaceSetting: string;
}

/** Privileges by role. */
export type TableGrants = Readonly<Partial<Record<Exclude<PostgresRole, "owner">, readonly Privilege[]>>>;

export interface ThresholdArgs extends TableArgs {
  /** Threshold in percent of CPU by host name. */
  readonly rows: Record<string, number>;
}

/** Who connects to OpenSearch. */
export type OpenSearchRole = "flink" | "operator";

/** An OpenSearch cluster. */
export interface OpenSearchCluster {
  /** How a client reaches it; secret if it holds credentials. Creates nothing. */
  connection(client: Client<OpenSearchRole>): pulumi.Output<OpenSearchConnection>;
  /** Creates an empty index and the template that it is made from. */
  createIndexTemplate(
    name: string,
    args: IndexTemplateArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
}

export interface IndexTemplateArgs {
  readonly template: string;
  readonly index: string;
  /** Settings and mappings, as a file of sql/openSearch has them. */
  readonly body: IndexBody;
}

/** A session cluster, which reports on its own jobs. */
export interface FlinkCluster {
  readonly webUrl: string;
  readonly gatewayUrl: string;
}

/** A Flink that only its host can ask about jobs. */
export interface ManagedFlink {
  /** Its name on the host. */
  readonly service: string;
}

export type FlinkAccess = FlinkCluster | ManagedFlink;

export const isCluster = (flink: FlinkAccess): flink is FlinkCluster => "webUrl" in flink;

/** Something that runs Flink SQL. */
export interface FlinkRuntime {
  /** Whether it has the format `reading` (flink/reading). Without it, SQL decodes the readings, more slowly. */
  readonly hasReadingFormat: boolean;
  /** Known once every pipeline has been requested. */
  readonly access: pulumi.Output<FlinkAccess>;
  /** Address of the JobManager for clients in a network where it differs from the one in `access`. */
  webUrlFrom?(network: Network): string | undefined;
  /** Runs one pipeline as a job; the resource exists once all tasks of the job run. */
  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface PipelineArgs extends PipelineSql {
  /** The pipeline's name in the catalogue. */
  readonly pipeline: string;
  /** Its consumer group in Kafka, and the prefix of its transactional ids; no other reader in the cluster uses it. */
  readonly group: string;
  /** Its state may be discarded, with a warning, if a changed statement cannot use it. */
  readonly disposableState?: boolean;
  /** It starts before the others, on a Flink that starts jobs one after another. */
  readonly startsFirst?: boolean;
  /** How long the state of a CPU or a host that sends nothing is kept, in ms, on a Flink where this can be set. */
  readonly stateTtlMs?: number;
  /** It may take checkpoints more rarely than the others, on a Flink where this can be set. */
  readonly unhurried?: boolean;
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  /** Needed if a table is in OpenSearch. */
  readonly openSearch?: OpenSearchCluster | undefined;
  /** Where Flink itself posts the rows, in place of the SQL's sink. */
  readonly slack?: SlackConnector | undefined;
}

/** A Slack channel that Flink itself posts to, as Flink on Aiven can. */
export interface SlackConnector {
  /** Id of the channel, such as C0123456789. */
  readonly channel: string;
  /** Bot token; secret. */
  readonly token: pulumi.Output<string>;
}

/** One of apps/. */
export type AppName = "generator" | "notifier" | "page";

/** What an app takes as its `--config`. */
export interface AppConfig {
  readonly kafka: KafkaConnection;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Something that keeps apps running alongside the pipelines. */
export interface AppHost {
  /** Where the apps run. */
  readonly network: Network;
  /** Address on which an app listens so that only this machine reaches it. */
  readonly listensOn: string;
  /** Where the page finds the files that it serves to browsers. */
  readonly webDirectory: string;
  /** The path of the app's file of that name, which survives a restart. */
  fileOf(app: AppName, name: string): string;
  /**
   * @param readyFile the file that the app writes once it works
   * @param ports that it listens on, by the name of the setting that changes each
   */
  run(
    app: AppName,
    config: pulumi.Output<AppConfig>,
    readyFile: string,
    opts: pulumi.CustomResourceOptions,
    ports?: Readonly<Record<string, number>>,
  ): pulumi.Resource;
}

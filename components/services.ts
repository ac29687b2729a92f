import type * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../clients/kafka.ts";
import type { OpenSearchConnection } from "../clients/openSearch.ts";
import type { PostgresConnection } from "../clients/postgres.ts";
import type { IndexBody } from "../provider/opensearch/indexTemplate.ts";
import type { PipelineSql } from "./pipelines.ts";

/**
 * What the system needs of the services under it, whoever runs them. A host (a folder beside this file)
 * implements each once, and any Flink works with any Kafka, PostgreSQL and OpenSearch.
 */

/** An Apache Kafka cluster. */
export interface KafkaCluster {
  /** How clients reach it. Secret where it holds credentials. */
  readonly connection: pulumi.Output<KafkaConnection>;
  createTopic(name: string, args: TopicArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface TopicArgs {
  readonly topic: string;
  /** Topic configuration beyond the host's own defaults, e.g. `{ "cleanup.policy": "compact" }`. */
  readonly config?: Record<string, string>;
}

/** A PostgreSQL database. */
export interface PostgresDatabase {
  /** How clients reach it; secret. */
  readonly connection: pulumi.Output<PostgresConnection>;
  createThresholdTable(
    name: string,
    args: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource;
  /** A table that pipelines fill. */
  createTable(name: string, args: TableArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface TableArgs {
  readonly table: string;
  /** CREATE TABLE statement. */
  readonly ddl: string;
}

export interface ThresholdArgs extends TableArgs {
  /** Threshold in percent of CPU by host name. */
  readonly rows: Record<string, number>;
}

/** An OpenSearch cluster. */
export interface OpenSearchCluster {
  /** How clients reach it. Secret where it holds credentials. */
  readonly connection: pulumi.Output<OpenSearchConnection>;
  /** Creates an index, empty, and the template that it is made from. */
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

/** Something that runs Flink SQL. */
export interface FlinkRuntime {
  /** Runs one pipeline as a job; the resource exists once every task of it runs. */
  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource;
}

export interface PipelineArgs extends PipelineSql {
  /** The pipeline's name in the catalogue. */
  readonly pipeline: string;
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  /** Needed where a table is in OpenSearch. */
  readonly openSearch?: OpenSearchCluster | undefined;
}

import * as pulumi from "@pulumi/pulumi";
import type { SqlJobInputs } from "./flink/sqlJobInputs.ts";
import type { TopicInputs } from "./kafka/topicInputs.ts";
import type { IndexTemplateInputs } from "./opensearch/indexTemplate.ts";
import type { TableInputs } from "./postgres/definition.ts";
import type { GrantInputs } from "./postgres/grant.ts";
import type { SchemaInputs } from "./postgres/schema.ts";
import type { SchemaGrantInputs } from "./postgres/schemaGrant.ts";
import type { Thresholds } from "./postgres/thresholdFit.ts";
import type { ThresholdTableInputs } from "./postgres/thresholdTable.ts";
import type { ServerInputs } from "./process/serverInputs.ts";
import type { Args } from "./resource.ts";

/*
 * The resources as programs use them. They are separate from the handlers, which run in their own process. Without the
 * part of the SDK that programs need, that process starts in a fraction of the time.
 */

/**
 * A server process on this machine. It outlives the `up`. A changed command or file restarts it on the same data. If it
 * has died, `refresh` notices that, and the next `up` starts it again. Deleting the resource stops it and removes its
 * data. It uses only this machine's memory.
 *
 * @example
 * new Server("kafka", {
 *   command: ["java", "-cp", "lib/*", "kafka.Kafka", "server.properties"],
 *   directory: "/home/me/project/.stacks/local/kafka",
 *   logFile: "/home/me/project/.stacks/local/logs/kafka.log",
 *   files: { "server.properties": { content } },
 *   ports: { "kafka.port": 29092 },
 *   readiness: { tcp: 29092 },
 * });
 */
export class Server extends pulumi.CustomResource {
  declare readonly pid: pulumi.Output<number>;
  /** Opaque; changes with every start. */
  declare readonly startedAt: pulumi.Output<string>;
  declare readonly logFile: pulumi.Output<string>;

  constructor(name: string, args: Args<ServerInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "streaming:process:Server",
      name,
      { ...args, pid: undefined, startedAt: undefined, running: undefined },
      opts,
    );
  }
}

/**
 * A Kafka topic. Adding partitions is an update; removing them is refused, and so is another replication factor
 * unless the topic has it already. Another name replaces the topic and loses its records. With `existing: true` it is somebody else's topic: it must exist, is used as it is,
 * and is never deleted.
 *
 * @example
 * new Topic("readings", { connection, topic: "cpu_load_stats_real", partitions: 3, replicationFactor: 1, config: {} });
 */
export class Topic extends pulumi.CustomResource {
  declare readonly topic: pulumi.Output<string>;

  constructor(name: string, args: Args<TopicInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:kafka:Topic", name, args, opts);
  }
}

/**
 * The table of alert thresholds: `hostname` (primary key) and `allowed_top` (percent, checked to be 0 to 100).
 * The configured rows are inserted; later updates change only the rows that changed in the config. A changed definition
 * is handled as for a Table.
 *
 * @example
 * new ThresholdTable("thresholds", {
 *   connection, table: "cpu_thresholds", ddl, rows: { doc: 20, grumpy: 82.5 },
 *   replace: false, replaceSetting: "replaceTables: [cpu_thresholds]",
 * });
 */
export class ThresholdTable extends pulumi.CustomResource {
  declare readonly actual: pulumi.Output<Thresholds>;

  constructor(name: string, args: Args<ThresholdTableInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:postgres:ThresholdTable", name, { ...args, actual: undefined }, opts);
  }
}

/**
 * A PostgreSQL table that pipelines fill. A changed definition changes the table in place if all of its rows can stay.
 * If it requires a new table, an empty table is replaced; a table with rows is replaced only if `replace` is true.
 *
 * @example
 * new Table("counts", {
 *   connection, table: "cpu_load_stats_agg_pg", ddl,
 *   replace: false, replaceSetting: "replaceTables: [cpu_load_stats_agg_pg]",
 * });
 */
export class Table extends pulumi.CustomResource {
  constructor(name: string, args: Args<TableInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:postgres:Table", name, args, opts);
  }
}

/**
 * A PostgreSQL schema, and which roles may create tables in it. One that already exists is used as it is. Deleting the resource
 * drops the schema if the resource created it and nobody else has put anything into it.
 *
 * @example
 * new Schema("demo", { connection, schema: "demo", madeBy: "the stack demo", creators: ["owner"] });
 */
export class Schema extends pulumi.CustomResource {
  declare readonly schema: pulumi.Output<string>;

  constructor(name: string, args: Args<SchemaInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:postgres:Schema", name, args, opts);
  }
}

/**
 * Lets a role use what is in a PostgreSQL schema. Another role is another grant; the former one is revoked last.
 *
 * @example
 * new SchemaGrant("flink-uses-demo", { connection, schema: "demo", role: "flink" });
 */
export class SchemaGrant extends pulumi.CustomResource {
  constructor(name: string, args: Args<SchemaGrantInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:postgres:SchemaGrant", name, args, opts);
  }
}

/**
 * What a role may do with a PostgreSQL table. Changing the privileges is an update; another table or role is another
 * grant, and the former one is revoked last. Deleting it revokes what it granted.
 *
 * @example
 * new Grant("flink-reads-thresholds", { connection, table: "cpu_thresholds", role: "flink", privileges: ["SELECT"] });
 */
export class Grant extends pulumi.CustomResource {
  constructor(name: string, args: Args<GrantInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:postgres:Grant", name, args, opts);
  }
}

/**
 * An OpenSearch index, with the template from which it is created. A changed body changes the index if OpenSearch can
 * do that in place, and is an error otherwise. Another name replaces both and loses the documents.
 *
 * @example
 * new IndexTemplate("readings", {
 *   connection, template: "readings", index: "readings",
 *   body: { settings: { auto_expand_replicas: "0-1" }, mappings: { properties: { usage: { type: "double" } } } },
 * });
 */
export class IndexTemplate extends pulumi.CustomResource {
  declare readonly index: pulumi.Output<string>;

  constructor(name: string, args: Args<IndexTemplateInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:opensearch:IndexTemplate", name, args, opts);
  }
}

/**
 * A Flink SQL job: its tables and one INSERT, submitted through a SQL Gateway. It counts as created once every task is
 * running. If the statement changes, the job stops with a savepoint and resumes from it; a lost job is restarted from
 * its last retained checkpoint. It takes `parallelism` of the cluster's task slots.
 *
 * @example
 * new SqlJob("filter", {
 *   gatewayUrl: "http://127.0.0.1:28083", jobManagerUrl: "http://127.0.0.1:28081", job: "local-filter", owner: owner.value,
 *   tables: ["CREATE TABLE CPU_IN (…) WITH (…)"], statement: "INSERT INTO … SELECT …",
 *   settings: {}, parallelism: 1, incarnation: "", freshStart: false, freshStartSetting: "freshStart: [filter]",
 * });
 */
export class SqlJob extends pulumi.CustomResource {
  declare readonly job: pulumi.Output<string>;
  declare readonly jobId: pulumi.Output<string>;

  constructor(name: string, args: Args<SqlJobInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "streaming:flink:SqlJob",
      name,
      { ...args, jobId: undefined, state: undefined, startedFrom: undefined },
      opts,
    );
  }
}

/**
 * A unique random id (128 bits) for recognizing something; it is not secret.
 *
 * @example
 * const owner = new UniqueId("flink-owner");
 */
export class UniqueId extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("streaming:random:UniqueId", name, { value: undefined }, opts);
  }
}

/**
 * A random password of 32 URL-safe characters (192 bits).
 *
 * @example
 * const password = new Password("postgres-password");
 * // password.value: a secret output
 */
export class Password extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("streaming:random:Password", name, { value: undefined }, opts);
  }
}

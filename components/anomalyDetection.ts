import * as pulumi from "@pulumi/pulumi";
import type { Output } from "../clients/results/output.ts";
import type {
  FlinkRuntime,
  KafkaCluster,
  OpenSearchCluster,
  PostgresDatabase,
  SlackConnector,
  TableArgs,
  TableGrants,
  TopicArgs,
} from "./contract.ts";
import { atLeastOnce, type Delivery, mayRepeat } from "./delivery.ts";
import { type Names, withNames, withTableName } from "./names.ts";
import { type PipelineSql, pipelineSql, readSql, slackSql } from "./pipelineSql.ts";
import {
  notifierReads,
  outputOwner,
  type PipelineName,
  pipelineOf,
  raiseAlerts,
  silenceTable,
  sourceTopic,
  thresholdTable,
} from "./pipelines.ts";
import type { SourceFormat } from "./source/sourceFormat.ts";
import { outputAccess, sourceAccess, type TopicUse } from "./topicAccess.ts";

export interface AnomalyDetectionArgs {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly flink: FlinkRuntime;
  readonly names: Names;
  /** Needed by the pipelines that write an index. */
  readonly openSearch?: OpenSearchCluster | undefined;
  readonly pipelines: readonly PipelineName[];
  /** Values of the settings that the SQL names, e.g. `{ "trend.windows": 3 }`. */
  readonly sqlValues: Readonly<Record<string, unknown>>;
  /** How devices write their readings. */
  readonly sourceFormat: SourceFormat;
  /** Whether the topic of the readings existed before the stack. */
  readonly sourceExists: boolean;
  /** How results that nothing else in the stack reads are delivered to Kafka; all others are delivered exactly once. */
  readonly delivery: Delivery;
  /** How long the pipelines that remember CPUs keep one that sends nothing, in ms. */
  readonly forgetAfterMs: number;
  /** Alert threshold in percent of CPU by host name. */
  readonly thresholds: Record<string, number>;
  /** Tables that may be dropped with their rows when a change of their definition needs a new one. */
  readonly replaceTables: readonly string[];
  /** Where Flink itself posts alerts. */
  readonly slack?: SlackConnector | undefined;
  /** Whether a notifier reads the alerts. */
  readonly notifier: boolean;
}

/**
 * The streaming anomaly detection system on given services: the topics, tables and index, and one Flink job per
 * pipeline. It costs what the services cost; each pipeline takes one task slot per unit of parallelism.
 *
 * @example
 * new AnomalyDetection("cpu", { kafka, postgres, flink, names, pipelines: ["filter"], sqlValues: {}, sourceFormat: tutorialFormat, sourceExists: false, delivery: "exactly-once", forgetAfterMs: 2_592_000_000, thresholds: { doc: 20 }, replaceTables: [], notifier: false });
 */
export class AnomalyDetection extends pulumi.ComponentResource {
  /** Where the results are, by pipeline. */
  readonly results: Partial<Record<PipelineName, Output>>;
  /** The topic that the pipelines start from; whatever writes to it waits for it. */
  readonly sourceTopic: pulumi.Resource;
  /** The resources that hold readings, thresholds, silences and results; whatever reads them all waits for them. */
  readonly places: readonly pulumi.Resource[];
  /** The resources that the notifier reads and waits for; undefined if it has nothing to do. */
  readonly alerts: readonly pulumi.Resource[] | undefined;
  /** Whether a notifier has something to read. */
  private readonly hasNotifier: boolean;

  constructor(
    private readonly name: string,
    private readonly args: AnomalyDetectionArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:index:AnomalyDetection", name, {}, opts);
    this.hasNotifier = args.notifier && raiseAlerts(args.pipelines);
    const each = <T>(make: (pipeline: PipelineName, output: Output) => T) =>
      Object.fromEntries(
        [...new Set(args.pipelines.map(outputOwner))].flatMap((pipeline) => {
          const { output } = pipelineOf(pipeline);
          return output ? [[pipeline, make(pipeline, output)]] : [];
        }),
      );
    this.results = each((_pipeline, output) => this.placeOf(output));
    this.sourceTopic = this.createTopic({
      topic: sourceTopic,
      existing: args.sourceExists,
      ...sourceAccess(this.topicUse),
    });
    const thresholds = args.postgres.createThresholdTable(
      `${name}-thresholds`,
      { ...this.tableArgs(thresholdTable, { flink: ["SELECT"] }), rows: args.thresholds },
      { parent: this },
    );
    const silences = args.postgres.createTable(
      `${name}-silences`,
      this.tableArgs(silenceTable, this.hasNotifier ? { notifier: ["SELECT"] } : {}),
      { parent: this },
    );
    const outputs: Partial<Record<string, pulumi.Resource>> = each((pipeline, output) =>
      this.createOutput(pipeline, output),
    );
    this.places = [this.sourceTopic, thresholds, silences, ...Object.values(outputs)].filter(
      (each) => each !== undefined,
    );
    const alerts = notifierReads.flatMap((pipeline) => outputs[pipeline] ?? []);
    this.alerts = this.hasNotifier ? [...alerts, silences] : undefined;

    for (const pipeline of args.pipelines) {
      const { reads } = pipelineOf(pipeline);
      const needed = [this.sourceTopic, thresholds, outputs[outputOwner(pipeline)], reads && outputs[reads]];
      args.flink.runPipeline(
        `${name}-${pipeline}`,
        {
          pipeline,
          group: args.names.group(pipeline),
          disposableState: pipelineOf(pipeline).disposableState ?? false,
          unhurried: pipelineOf(pipeline).unhurried ?? false,
          startsFirst: pipelineOf(pipeline).startsFirst ?? false,
          ...(pipelineOf(pipeline).remembers && { stateTtlMs: args.forgetAfterMs }),
          ...withNames(this.sqlOf(pipeline), args.names),
          kafka: args.kafka,
          postgres: args.postgres,
          openSearch: args.openSearch,
        },
        { parent: this, dependsOn: needed.filter((resource) => pulumi.Resource.isInstance(resource)) },
      );
    }
    if (args.slack !== undefined && outputs.alerts !== undefined)
      this.postToSlack(args.slack, outputs.alerts);
    this.registerOutputs();
  }

  private sqlOf(pipeline: PipelineName): PipelineSql {
    const { flink, sourceFormat, sqlValues, delivery, pipelines } = this.args;
    const sql = pipelineSql(pipeline, sqlValues, {
      hasReadingFormat: flink.hasReadingFormat,
      format: sourceFormat,
    });
    return delivery === "at-least-once" && mayRepeat(pipeline, pipelines) ? atLeastOnce(sql) : sql;
  }

  private postToSlack(slack: SlackConnector, alerts: pulumi.Resource): void {
    const { names, kafka, postgres, flink } = this.args;
    flink.runPipeline(
      `${this.name}-slack`,
      {
        pipeline: "slack",
        group: names.group("slack"),
        ...withNames(slackSql(), names),
        kafka,
        postgres,
        slack,
      },
      { parent: this, dependsOn: alerts },
    );
  }

  private placeOf(output: Output): Output {
    const { names } = this.args;
    if ("topic" in output) return { topic: names.topic(output.topic) };
    return "table" in output ? { table: names.table(output.table) } : { index: names.index(output.index) };
  }

  private get topicUse(): TopicUse {
    const { pipelines, sourceExists, slack } = this.args;
    return { pipelines, sourceExists, hasNotifier: this.hasNotifier, flinkPosts: slack !== undefined };
  }

  private createTopic(args: TopicArgs): pulumi.Resource {
    const topic = this.args.names.topic(args.topic);
    return this.args.kafka.createTopic(`${this.name}-${args.topic}`, { ...args, topic }, { parent: this });
  }

  private tableArgs(table: string, grants: TableGrants): TableArgs {
    return {
      table: this.args.names.table(table),
      ddl: withTableName(readSql(`postgres/${table}.sql`), table, this.args.names),
      grants,
      replace: this.args.replaceTables.includes(table),
      replaceSetting: `the setting replaceTables: [${table}]`,
    };
  }

  private createOutput(pipeline: PipelineName, output: Output): pulumi.Resource {
    if ("topic" in output) return this.createTopic({ ...output, ...outputAccess(pipeline, this.topicUse) });
    if ("table" in output) {
      const { table } = output;
      const args = this.tableArgs(table, { flink: ["SELECT", "INSERT", "UPDATE"] });
      return this.args.postgres.createTable(`${this.name}-${table}`, args, { parent: this });
    }
    const { index } = output;
    if (this.args.openSearch === undefined) throw new Error(`there is no OpenSearch for the index ${index}`);
    const name = this.args.names.index(index);
    return this.args.openSearch.createIndexTemplate(
      `${this.name}-${index}`,
      { template: name, index: name, body: JSON.parse(readSql(`openSearch/${index}.json`)) },
      { parent: this },
    );
  }
}

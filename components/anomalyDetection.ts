import * as pulumi from "@pulumi/pulumi";
import { type PipelineName, pipelineSql, pipelines, readSql, sourceTopic } from "./pipelines.ts";
import type { FlinkRuntime, KafkaCluster, PostgresDatabase } from "./services.ts";

export interface AnomalyDetectionArgs {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  readonly flink: FlinkRuntime;
  readonly pipelines: readonly PipelineName[];
  /** Alert threshold in percent of CPU by host name. */
  readonly thresholds: Record<string, number>;
}

/**
 * The streaming anomaly detection system on given services: the topics, the threshold table, and a Flink
 * job a pipeline. It costs what the services cost; each pipeline takes one task slot a unit of parallelism.
 *
 * @example
 * new AnomalyDetection("cpu", { kafka, postgres, flink, pipelines: ["filter"], thresholds: { doc: 20 } });
 */
export class AnomalyDetection extends pulumi.ComponentResource {
  /** The topics that hold results, by pipeline. */
  readonly outputTopics: Partial<Record<PipelineName, string>>;
  /** The topic that every pipeline reads; what feeds it waits for it. */
  readonly sourceTopic: pulumi.Resource;

  constructor(name: string, args: AnomalyDetectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:index:AnomalyDetection", name, {}, opts);
    this.outputTopics = Object.fromEntries(
      args.pipelines.map((pipeline) => [pipeline, pipelines[pipeline].topic]),
    );

    const createTopic = (topic: string) =>
      args.kafka.createTopic(`${name}-${topic}`, { topic }, { parent: this });
    this.sourceTopic = createTopic(sourceTopic);
    const outputTopics = args.pipelines.map((pipeline) => createTopic(pipelines[pipeline].topic));

    const thresholds = args.postgres.createThresholdTable(
      `${name}-thresholds`,
      { table: "cpu_thresholds", ddl: readSql("postgres/cpu_thresholds.sql"), rows: args.thresholds },
      { parent: this },
    );

    for (const pipeline of args.pipelines) {
      args.flink.runPipeline(
        `${name}-${pipeline}`,
        { pipeline, ...pipelineSql(pipelines[pipeline]), kafka: args.kafka, postgres: args.postgres },
        { parent: this, dependsOn: [this.sourceTopic, ...outputTopics, thresholds] },
      );
    }
    this.registerOutputs();
  }
}

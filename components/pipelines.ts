import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One pipeline: which SQL, which tables, where its results go. */
export interface Pipeline {
  readonly description: string;
  /** Files of sql/flink/tables, in the order in which they are created. */
  readonly tables: readonly string[];
  /** File of sql/flink/pipelines. */
  readonly statement: string;
  /** The Kafka topic that it writes. */
  readonly topic: string;
}

/** The topic that every pipeline starts from. */
export const sourceTopic = "cpu_load_stats_real";

/** The catalogue. A further pipeline is its SQL files and an entry here. */
export const pipelines = {
  filter: {
    description: "readings over 80 percent",
    tables: ["cpu_in", "cpu_load_stats_real_filter"],
    statement: "filter",
    topic: "cpu_load_stats_real_filter",
  },
  aggregate: {
    description: "average and maximum by host and CPU, every 30 seconds",
    tables: ["cpu_in", "cpu_agg_stats"],
    statement: "aggregate",
    topic: "cpu_agg_stats",
  },
  thresholdFilter: {
    description: "readings over the threshold of their host",
    tables: ["cpu_in", "cpu_thresholds", "cpu_load_stats_real_filter_pg"],
    statement: "threshold_filter",
    topic: "cpu_load_stats_real_filter_pg",
  },
} as const satisfies Record<string, Pipeline>;

export type PipelineName = keyof typeof pipelines;

export const pipelineNames = Object.keys(pipelines) as PipelineName[];

/** The pipeline's CREATE TABLE statements and its INSERT, as they stand in sql/. */
export function pipelineSql({ tables, statement }: Pipeline): { tables: string[]; statement: string } {
  return {
    tables: tables.map((table) => readSql(`flink/tables/${table}.sql`)),
    statement: readSql(`flink/pipelines/${statement}.sql`),
  };
}

/** The text of a file below sql/. */
export function readSql(path: string): string {
  return readFileSync(join(import.meta.dirname, "../sql", path), "utf8");
}

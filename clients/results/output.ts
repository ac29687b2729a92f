/** Where a pipeline writes its results: a Kafka topic, a PostgreSQL table or an OpenSearch index, by name. */
export type Output = TopicOutput | { readonly table: string } | { readonly index: string };

/** A topic of results. */
export interface TopicOutput {
  readonly topic: string;
  readonly config?: Readonly<Record<string, string>>;
  /** How long its records are kept even if the setting kafka.retentionHours is shorter. */
  readonly leastRetentionHours?: number;
}

/** What holds a pipeline's results, in words, e.g. `topic cpu_agg_stats`. */
export function placeOf(output: Output): string {
  if ("topic" in output) return `topic ${output.topic}`;
  return "table" in output ? `PostgreSQL table ${output.table}` : `OpenSearch index ${output.index}`;
}

/** Where a pipeline writes its results: a Kafka topic, a PostgreSQL table or an OpenSearch index, by name. */
export type Output =
  | { readonly topic: string; readonly config?: Readonly<Record<string, string>> }
  | { readonly table: string }
  | { readonly index: string };

/** What holds a pipeline's results, in words, e.g. `topic cpu_agg_stats`. */
export function placeOf(output: Output): string {
  if ("topic" in output) return `topic ${output.topic}`;
  return "table" in output ? `PostgreSQL table ${output.table}` : `OpenSearch index ${output.index}`;
}

import type { KafkaConnection } from "../kafka/client.ts";
import type { OpenSearchConnection } from "../openSearch/client.ts";
import type { PostgresConnection } from "../postgres/connection.ts";
import { followIndex } from "./followIndex.ts";
import { followTable } from "./followTable.ts";
import { followTopics } from "./followTopics.ts";
import type { Output } from "./output.ts";
import type { FollowOptions, Row } from "./row.ts";
import { together } from "./together.ts";

/** The results of a stack, and the services that hold them. */
export interface Results {
  readonly kafka: KafkaConnection;
  readonly postgres: PostgresConnection;
  /** Absent if the stack has none. */
  readonly openSearch?: OpenSearchConnection;
  /** Where the results are, by pipeline. */
  readonly results: Readonly<Record<string, Output>>;
}

/**
 * Reads a stack's results as they arrive, from every topic, table and index, until the signal is aborted.
 *
 * @throws UserError when a service does not answer or refuses access
 */
export async function followRows(
  { kafka, postgres, openSearch, results }: Results,
  options: FollowOptions,
  onRow: (row: Row) => void,
): Promise<void> {
  const follow = (pipeline: string, output: Output, signal: AbortSignal) => {
    const onFields = (fields: Row["fields"]) => onRow({ pipeline, fields });
    if ("table" in output) return followTable(postgres, output.table, { ...options, signal }, onFields);
    if ("index" in output && openSearch)
      return followIndex(openSearch, output.index, { ...options, signal }, onFields);
    return undefined;
  };
  await together(options.signal, [
    (signal) => followTopics(kafka, pipelinesByTopic(results), { ...options, signal }, onRow),
    ...Object.entries(results).map(
      ([pipeline, output]) =>
        (signal: AbortSignal) =>
          follow(pipeline, output, signal),
    ),
  ]);
}

function pipelinesByTopic(results: Results["results"]): Map<string, string> {
  const entries = Object.entries(results);
  return new Map(
    entries.flatMap(([pipeline, output]) => ("topic" in output ? [[output.topic, pipeline]] : [])),
  );
}

import type { KafkaConnection } from "../kafka/client.ts";
import { followTopics } from "./followTopics.ts";
import type { Row } from "./row.ts";

/** The first row of a topic's pipeline; undefined if the signal is aborted before there is one. */
export async function firstRow(
  kafka: KafkaConnection,
  { topic, pipeline }: { readonly topic: string; readonly pipeline: string },
  signal: AbortSignal,
): Promise<Row | undefined> {
  const found = new AbortController();
  let first: Row | undefined;
  const options = { fromBeginning: true, signal: AbortSignal.any([signal, found.signal]) };
  await followTopics(kafka, new Map([[topic, pipeline]]), options, (row) => {
    first ??= row;
    found.abort();
  });
  return first;
}

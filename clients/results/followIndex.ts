import { findDocuments, type OpenSearchConnection } from "../openSearch/client.ts";
import { followByPolling } from "./followByPolling.ts";
import type { FollowOptions, Row } from "./row.ts";

const NEWEST = 1_000;

/** Reads documents of an OpenSearch index as they are added or changed, until the signal is aborted. */
export function followIndex(
  connection: OpenSearchConnection,
  index: string,
  options: FollowOptions,
  onFields: (fields: Row["fields"]) => void,
): Promise<void> {
  const newest = { count: NEWEST, by: "_seq_no", order: "desc" } as const;
  const read = async () => (await findDocuments(connection, index, newest)).reverse();
  return followByPolling(read, options, onFields);
}

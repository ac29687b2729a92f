import { readOptions, withOptions } from "./ddl.ts";

const SHARE = "properties.max.partition.fetch.bytes";

/** What a job may hold of a backlog before it is read: a twentieth of the TaskManager's default heap. */
const HELD_BYTES = 32 * 1024 * 1024;

/**
 * The table of the readings with a smaller share of a fetch for each partition if there are so many that a backlog of all
 * of them would not fit into the heap.
 *
 * @param partitions of the readings' topic
 */
export function withFetchShare(ddl: string, partitions: number): string {
  const most = Math.floor(HELD_BYTES / partitions);
  return Number(readOptions(ddl)[SHARE]) > most ? withOptions(ddl, { [SHARE]: String(most) }) : ddl;
}

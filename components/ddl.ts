import { METADATA_MAX_AGE_MS } from "../clients/kafka/keepPositions.ts";

/** Options of a Flink table's WITH clause. */
export type TableOptions = Record<string, string>;

// https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/dev/table/sql/create/#create-table
const WITH_CLAUSE = /\bWITH\s*\(([\s\S]*)\)\s*;?\s*$/i;
const OPTION = /'((?:[^']|'')+)'\s*=\s*'((?:[^']|'')*)'/g;
// A comment, or a literal, in which two dashes do not start a comment.
const COMMENT_OR_LITERAL = /--.*$|('(?:[^']|'')*')/gm;

/** A text as an SQL string literal. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Reads the options of a CREATE TABLE statement's WITH clause. */
export function readOptions(ddl: string): TableOptions {
  const clause = WITH_CLAUSE.exec(ddl)?.[1];
  if (clause === undefined) throw new Error(`this statement has no WITH clause at its end:\n${ddl}`);
  const uncommented = clause.replace(COMMENT_OR_LITERAL, (_, quoted: string | undefined) => quoted ?? "");
  const unquote = (text = "") => text.replaceAll("''", "'");
  return Object.fromEntries(
    [...uncommented.matchAll(OPTION)].map(([, key, value]) => [unquote(key), unquote(value)]),
  );
}

/** The statement with options added to its WITH clause; given options win over existing ones. */
export function withOptions(ddl: string, options: TableOptions): string {
  const merged = { ...readOptions(ddl), ...options };
  const lines = Object.entries(merged).map(([key, value]) => `  ${literal(key)} = ${literal(value)}`);
  return ddl.replace(WITH_CLAUSE, () => `WITH (\n${lines.join(",\n")}\n)\n`);
}

/** Whether a pipeline reads the table as a stream, rather than looking it up or writing it. */
export const isSource = (ddl: string) => "scan.startup.mode" in readOptions(ddl);

/**
 * The most that a source fetches at once, across all of its partitions, in MB. The JVM keeps direct memory of this size
 * for each task that reads, and with Kafka's 50 MB, a backlog in many partitions takes more than a TaskManager has.
 */
export const FETCH_MEGABYTES = 1;

/** A partition's share of a fetch, so that a backlog in one does not hold up the others. */
const PARTITION_BYTES = 256 * 1024;

/** For a producer of many small rows. */
export const largeBatches: TableOptions = { "properties.batch.size": "262144" };

/**
 * The options that tie a Kafka table to its job: a source reads in its pipeline's own consumer group, one MB at a time;
 * a sink writes exactly once, in transactions of its own, unless its table names another guarantee. Both notice within
 * seconds that a topic has grown.
 *
 * @param group unique in the Kafka cluster
 */
export function deliveryOptions(ddl: string, group: string): TableOptions {
  const { "sink.delivery-guarantee": guarantee } = readOptions(ddl);
  if (isSource(ddl)) {
    return {
      "properties.group.id": group,
      "properties.fetch.max.bytes": String(FETCH_MEGABYTES * 1024 * 1024),
      "properties.max.partition.fetch.bytes": String(PARTITION_BYTES),
      // More than a fetch can hold, so that it is passed on whole. A partition with records left over is not in the
      // next request, which waits fetch.max.wait.ms if the others are empty.
      "properties.max.poll.records": "100000",
      // A job that cannot reach Kafka for this long fails, and restarts once it can. If it kept waiting, each of its
      // partitions would count as idle after a while, and the first one read again would close the others' windows.
      "properties.request.timeout.ms": "10000",
      "properties.default.api.timeout.ms": "20000",
      // A job restarts once its sources are closed. If the last call of a source's admin client has just timed out, the
      // client notices only with its next refresh that it is being closed, by default every five minutes.
      "properties.metadata.max.age.ms": String(METADATA_MAX_AGE_MS),
    };
  }
  // Each producer discovers separately that the topic has grown, by default every five minutes. Those of a transactional
  // sink take turns: until all have, rows of one CPU alternate between two partitions, and a reader that was away gets
  // them out of order.
  const discovery = { "properties.metadata.max.age.ms": String(METADATA_MAX_AGE_MS) };
  // The table's own guarantee applies.
  if (guarantee !== undefined) return discovery;
  return {
    "sink.delivery-guarantee": "exactly-once",
    "sink.transactional-id-prefix": group,
    // The longest that a broker allows by default (transaction.max.timeout.ms); the connector's 1 hour is refused.
    "properties.transaction.timeout.ms": "900000",
    // Many rows per request, but no later than the next checkpoint, which commits them.
    "properties.linger.ms": "20",
    ...discovery,
    ...largeBatches,
  };
}

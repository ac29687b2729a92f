import { SqlSession } from "../clients/flink/sqlGateway.ts";
import { withOptions } from "../components/ddl.ts";
import { pipelineSql, readSql } from "../components/pipelineSql.ts";
import { jobSettings } from "../components/selfManaged/sqlCluster.ts";
import type { Bench } from "./support/bench.ts";
import type { Cluster } from "./support/cluster.ts";
import { fillTopic } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** 2,000,000 readings in one partition. */
export const ONE_PARTITION = { topic: "bench_one_partition", readings: 2_000_000, partitions: 1 } as const;
const { topic: TOPIC, readings: READINGS } = ONE_PARTITION;

const SINK =
  "CREATE TABLE CPU_OUT_FILTER (time_ltz TIMESTAMP(3), hostname STRING, cpu STRING, usage DOUBLE) WITH ('connector' = 'blackhole')";

/** The source of Aiven's tutorial as published: a message that is not a reading ends the job. */
const TUTORIAL = `CREATE TABLE CPU_IN (
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  occurred_at BIGINT,
  time_ltz AS TO_TIMESTAMP_LTZ(occurred_at, 3),
  WATERMARK FOR time_ltz AS time_ltz - INTERVAL '10' SECOND
) WITH ('connector' = 'kafka', 'value.format' = 'json')`;

const DECODINGS = {
  "format reading": sourceTable(true),
  "format json": jsonTable(),
  "the tutorial's table": TUTORIAL,
  "SQL form": sourceTable(false),
};

/**
 * How fast one task filters readings when they are decoded by the format `reading`, by SQL (for a Flink without that
 * format), by Flink's JSON format, and as in the tutorial. All read the same topic to its end and discard the results.
 */
export async function decoding(bench: Bench, report: Report): Promise<void> {
  const { cluster } = bench;
  await fillTopic(cluster, TOPIC, ONE_PARTITION);
  // Java compiles a job's code during its first run.
  for (const ddl of Object.values(DECODINGS)) await filterTopic(cluster, ddl, "earliest-offset");
  // On an empty topic: the cost of a job before it has read anything.
  const start = await bench.cost(() => filterTopic(cluster, DECODINGS["format reading"], "latest-offset"));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, ddl] of Object.entries(DECODINGS)) {
      const whole = await bench.cost(() => filterTopic(cluster, ddl, "earliest-offset"));
      report.add(`decoding, ${name}`, {
        "readings/s": READINGS / (whole.seconds - start.seconds),
        "readings/core-s": READINGS / (whole.cpuSeconds - start.cpuSeconds),
      });
    }
  }
}

function sourceTable(hasReadingFormat: boolean): string {
  const [ddl = ""] = pipelineSql("filter", {}, { hasReadingFormat }).tables;
  return ddl;
}

/** The same table in Flink's JSON format, which provides neither the message nor the reason for a rejection. */
function jsonTable(): string {
  const columns = sourceTable(true).replaceAll(/^ *(message|reason) STRING METADATA.*\n/gm, "");
  return withOptions(columns, { "value.format": "json", "value.json.ignore-parse-errors": "true" });
}

/** Runs a job that filters the topic from the given offset to its end. */
function filterTopic({ gatewayUrl, kafka }: Cluster, ddl: string, from: string): Promise<void> {
  const settings = { ...jobSettings(), "table.dml-sync": "true" };
  return SqlSession.with(gatewayUrl, settings, async (session) => {
    const source = withOptions(ddl, {
      "properties.bootstrap.servers": kafka.bootstrapServers,
      "properties.group.id": "bench",
      topic: TOPIC,
      "scan.startup.mode": from,
      "scan.bounded.mode": "latest-offset",
    });
    await session.execute(source);
    await session.execute(SINK);
    await session.execute(readSql("flink/pipelines/filter.sql"));
  });
}

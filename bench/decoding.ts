import { SqlSession } from "../clients/flink/sqlGateway.ts";
import { withOptions } from "../components/ddl.ts";
import { pipelineSql, readSql } from "../components/pipelineSql.ts";
import { jobSettings } from "../components/selfManaged/sqlCluster.ts";
import type { Bench } from "./support/bench.ts";
import type { Cluster } from "./support/cluster.ts";
import { fillTopic, WITHOUT_CHECKPOINTS } from "./support/readings.ts";
import type { Report } from "./support/report.ts";

const ROUNDS = 2;

/** 2,000,000 readings in one partition. */
export const ONE_PARTITION = { topic: "bench_one_partition", readings: 2_000_000, partitions: 1 } as const;
/** For what takes several times as long. */
const FEWER = { topic: "bench_one_partition_fewer", readings: 400_000, partitions: 1 } as const;

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

const FORMAT_READING = { ddl: sourceTable(true), input: ONE_PARTITION };

const DECODINGS = {
  "format reading": FORMAT_READING,
  "format json": { ddl: jsonTable(), input: ONE_PARTITION },
  "the tutorial's table": { ddl: TUTORIAL, input: ONE_PARTITION },
  "SQL form": { ddl: sourceTable(false), input: FEWER },
};

/** A source table, and the topic that it reads. */
type Decoding = (typeof DECODINGS)[keyof typeof DECODINGS];

/**
 * How fast one task filters readings when they are decoded by the format `reading`, by SQL (for a Flink without that
 * format), by Flink's JSON format, and as in the tutorial. All read a topic to its end and discard the results.
 * Only processor time is compared: Flink's client asks ever more rarely whether a job has ended, and may notice it a
 * second late.
 */
export async function decoding(bench: Bench, report: Report): Promise<void> {
  const { cluster } = bench;
  for (const { topic, ...fill } of [ONE_PARTITION, FEWER]) await fillTopic(cluster, topic, fill);
  // Java compiles a job's code during its first run.
  for (const decoding of Object.values(DECODINGS)) await filterTopic(cluster, decoding, "earliest-offset");
  for (let round = 0; round < ROUNDS; round++) {
    // On an empty topic: the cost of a job before it has read anything.
    const start = await bench.cost(() => filterTopic(cluster, FORMAT_READING, "latest-offset"));
    for (const [name, decoding] of Object.entries(DECODINGS)) {
      const whole = await bench.cost(() => filterTopic(cluster, decoding, "earliest-offset"));
      const { readings } = decoding.input;
      report.add(`decoding, ${name}`, {
        "readings/core-s": readings / (whole - start),
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
function filterTopic({ gatewayUrl, kafka }: Cluster, { ddl, input }: Decoding, from: string): Promise<void> {
  const settings = { ...jobSettings(), ...WITHOUT_CHECKPOINTS, "table.dml-sync": "true" };
  return SqlSession.with(gatewayUrl, settings, async (session) => {
    const source = withOptions(ddl, {
      "properties.bootstrap.servers": kafka.bootstrapServers,
      "properties.group.id": "bench",
      topic: input.topic,
      "scan.startup.mode": from,
      "scan.bounded.mode": "latest-offset",
    });
    await session.execute(source);
    await session.execute(SINK);
    await session.execute(readSql("flink/pipelines/filter.sql"));
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import { SqlSession } from "../clients/flink/sqlGateway.ts";
import type { KafkaConnection } from "../clients/kafka/client.ts";
import { kafkaClient } from "../clients/kafka/client.ts";
import { withOptions } from "../components/ddl.ts";
import { pipelineSql, readSql } from "../components/pipelines.ts";
import { TestStack } from "../test/support/testStack.ts";

/*
 * How fast one core filters readings, decoded by the format reading, by SQL as for a Flink without it, and by Flink's
 * JSON format. All read the same topic to its end and throw the results away.
 */

const READINGS = 1_000_000;
const ROUNDS = 3;
const TOPIC = "bench_readings";

const JSON_FORMAT = `CREATE TABLE CPU_IN (
  hostname STRING,
  cpu STRING,
  usage DOUBLE,
  occurred_at BIGINT,
  time_ltz AS TO_TIMESTAMP_LTZ(occurred_at, 3),
  WATERMARK FOR time_ltz AS time_ltz - INTERVAL '10' SECOND
) WITH ('connector' = 'kafka', 'value.format' = 'json', 'value.json.ignore-parse-errors' = 'true')`;
const SINK =
  "CREATE TABLE CPU_OUT_FILTER (time_ltz TIMESTAMP(3), hostname STRING, cpu STRING, usage DOUBLE) WITH ('connector' = 'blackhole')";

const stack = await TestStack.create({
  pipelines: ["filter"],
  "openSearch.enabled": false,
  "kafka.partitions": 1,
});
try {
  await stack.up();
  const { kafka, flink } = stack.outputs;
  await fill(kafka);
  const decodings = {
    "the format reading": sourceTable(true),
    SQL: sourceTable(false),
    "the format json": JSON_FORMAT,
  };
  // Empty, for what each job costs before it has read anything.
  const rates: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, ddl] of Object.entries(decodings)) {
      const seconds = await filterSeconds(flink.gatewayUrl, kafka, ddl, "earliest-offset");
      const startSeconds = await filterSeconds(flink.gatewayUrl, kafka, ddl, "latest-offset");
      const rate = READINGS / (seconds - startSeconds);
      rates[name] = [...(rates[name] ?? []), rate];
      console.log(`${name}: ${Math.round(rate).toLocaleString("en-GB")} readings/s`);
    }
  }
  const [reading = 0, ...others] = Object.entries(rates).map(([, values]) => Math.max(...values));
  for (const [index, other] of others.entries()) {
    const name = Object.keys(decodings)[index + 1];
    console.log(`The format reading is ${(reading / other).toFixed(1)} times as fast as ${name}.`);
  }
} finally {
  await stack.destroy();
  stack.remove();
}

function sourceTable(hasReadingFormat: boolean): string {
  const [ddl = ""] = pipelineSql("filter", {}, { hasReadingFormat }).tables;
  return ddl;
}

/** Fills a topic of one partition with readings like the generator's. */
async function fill(connection: KafkaConnection): Promise<void> {
  const client = kafkaClient(connection, "bench");
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: false });
  await admin.disconnect();
  await sleep(1_000);
  const producer = client.producer();
  await producer.connect();
  const start = Date.now() - READINGS;
  const batch = 5_000;
  for (let first = 0; first < READINGS; first += batch) {
    const messages = Array.from({ length: batch }, (_, index) => ({ value: reading(start, first + index) }));
    await producer.send({ topic: TOPIC, messages });
  }
  await producer.disconnect();
}

function reading(start: number, index: number): string {
  const usage = ((index * 7_919) % 10_007) / 100.07;
  return JSON.stringify({
    hostname: "dopey",
    cpu: `cpu${(index % 5) + 1}`,
    usage,
    occurred_at: start + index,
  });
}

/** How long a job takes that filters the topic from there to its end, in seconds. */
function filterSeconds(
  gatewayUrl: string,
  kafka: KafkaConnection,
  ddl: string,
  from: string,
): Promise<number> {
  const settings = {
    "pipeline.object-reuse": "true",
    "table.dml-sync": "true",
    "table.local-time-zone": "UTC",
  };
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
    const startedAt = Date.now();
    await session.execute(readSql("flink/pipelines/filter.sql"));
    return (Date.now() - startedAt) / 1_000;
  });
}

import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { readOptions, withOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { jdbcOptions, kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { uniqueName } from "../support/names.ts";
import { cancelAll, create, sqlJob } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { TcpProxy } from "../support/tcpProxy.ts";
import { consume, produce, until } from "../support/topics.ts";

const { kafka, postgres } = inject("services");
const table = uniqueName("thresholds");
const topics = { source: uniqueName("readings"), sink: uniqueName("over") };
/** The proxy between the job and PostgreSQL. */
let proxy: TcpProxy;
let job: SqlJobState;

const query = (sql: string) => withPostgres(postgres, async (client) => (await client.query(sql)).rows);

/** How many rows there are. */
async function written(): Promise<number> {
  const admin = kafkaClient(kafka, "test").admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topics.sink);
  await admin.disconnect();
  return Number(partition?.high);
}

/** Readings of a new host each time, because rows are cached for 5 seconds: one at its threshold, and one over it. */
async function send(hostname: string, threshold: number): Promise<void> {
  await query(`INSERT INTO ${table} VALUES ('${hostname}', ${threshold})`);
  const reading = (cpu: string, usage: number) =>
    JSON.stringify({ hostname, cpu, usage, occurred_at: Date.now() });
  await produce(kafka, topics.source, [{ value: reading("at", threshold) }, { value: reading("over", 90) }]);
}

/** The real threshold filter, on its own topics and table. */
beforeAll(async () => {
  proxy = await TcpProxy.start(postgres.port);
  await query(`CREATE TABLE ${table} (hostname TEXT PRIMARY KEY, allowed_top NUMERIC(5, 2) NOT NULL)`);
  for (const topic of Object.values(topics)) {
    const inputs = { connection: kafka, topic, partitions: 1, replicationFactor: 1, config: {} };
    await topicHandler.create(inputs, topic);
  }
  const { tables, statement } = pipelineSql("thresholdFilter", SQL_VALUES);
  const [source = "", thresholds = "", sink = ""] = tables;
  const lookedUp = readOptions(thresholds)["table-name"]?.replace("cpu_thresholds", table) ?? "";
  job = await create(
    sqlJob({
      tables: [
        withOptions(source, { ...kafkaOptions(kafka), topic: topics.source, "properties.group.id": table }),
        withOptions(thresholds, {
          ...jdbcOptions({ ...postgres, port: proxy.port }, table),
          "table-name": lookedUp,
        }),
        withOptions(sink, { ...kafkaOptions(kafka), topic: topics.sink }),
      ],
      statement,
    }),
  );
});

afterAll(async () => {
  await cancelAll([job.job]);
  await proxy.close();
  for (const topic of Object.values(topics)) {
    const inputs = { connection: kafka, topic, partitions: 1, replicationFactor: 1, config: {} };
    await topicHandler.delete(topic, inputs);
  }
  await query(`DROP TABLE ${table}`);
});

it("a running job reads thresholds of every numeric type to which an operator changes the column", async () => {
  const cases = [
    ["NUMERIC(5, 2)", 82.55],
    ["INTEGER", 82],
    ["BIGINT", 83],
    ["SMALLINT", 84],
    ["REAL", 82.55],
    ["DOUBLE PRECISION", 82.55],
    ["NUMERIC", 82.125],
  ] as const;
  for (const [position, [type, threshold]] of cases.entries()) {
    await query(`ALTER TABLE ${table} ALTER COLUMN allowed_top TYPE ${type}`);
    await send(type, threshold);
    await until(async () => (await written()) > position, `the row of ${type}`);
  }
  const rows = await consume(kafka, topics.sink, { atLeast: cases.length });
  expect(rows.map(({ hostname, cpu, threshold }) => [hostname, cpu, threshold])).toEqual(
    cases.map(([type, threshold]) => [type, "over", threshold]),
  );
});

it("a running job recovers from a half-open connection to PostgreSQL within 30 seconds", async () => {
  const before = await written();
  expect(proxy.halfOpen()).toBeGreaterThan(0);
  const started = Date.now();
  await send("half-open", 82);
  await until(async () => (await written()) > before, "the row that needs a new connection");
  expect(Date.now() - started).toBeLessThan(30_000);
  // The job has not failed because of it.
  expect(await new JobManager(inject("services").flink.webUrl).failures(job.jobId)).toEqual([]);
});

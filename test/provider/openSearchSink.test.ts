import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { callOpenSearch, countDocuments, findDocuments } from "../../clients/openSearch/client.ts";
import { deliveryOptions, withOptions } from "../../components/ddl.ts";
import { pipelineSql, readSql } from "../../components/pipelineSql.ts";
import { kafkaOptions, openSearchOptions } from "../../components/selfManaged/tableOptions.ts";
import { type IndexTemplateInputs, indexTemplateHandler } from "../../provider/opensearch/indexTemplate.ts";
import { uniqueName } from "../support/names.ts";
import { OpenSearchNode } from "../support/openSearch.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { activeJobs, cancelAll, create, savepoint, sqlJob } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { produce, until } from "../support/topics.ts";

const { kafka } = inject("services");
const FIRST = 1767618000; // 2026-01-05 13:00:00 UTC
const names: string[] = [];
let node: OpenSearchNode;

beforeAll(async () => {
  node = await OpenSearchNode.start();
});
afterAll(async () => {
  await cancelAll(names);
  await node?.remove();
});

/** A separate index. */
function ownIndex() {
  const index = uniqueName("index");
  const template: IndexTemplateInputs = {
    connection: node.connection,
    template: index,
    index,
    body: JSON.parse(readSql("openSearch/cpu_load_stats_real_filter_os.json")),
  };
  return { index, template };
}

/**
 * A job that writes the numbers 1 to `count` to a separate index, in order, and then keeps running. Each has a second of
 * `occurred_at` and a percent of `usage`, and there is one document for each of `documents` hosts.
 */
function numbers(args: { count: number; perSecond: number; documents: number }) {
  const { index, template } = ownIndex();
  // As the tables appear in sql/, for Aiven's Flink.
  const sink = `CREATE TABLE sink (
    time_ltz STRING, occurred_at BIGINT, hostname STRING, cpu STRING, usage DOUBLE, threshold INT,
    PRIMARY KEY (hostname, cpu) NOT ENFORCED
  ) WITH (
    'connector' = 'elasticsearch-7', 'hosts' = '', 'index' = '${index}', 'document-id.key-delimiter' = '_'
  )`;
  const job = sqlJob({
    tables: [
      `CREATE TABLE numbers (v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '${args.perSecond}',
        'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '${args.count}')`,
      "CREATE TABLE endless (v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1', 'fields.v.min' = '0')",
      withOptions(sink, openSearchOptions(node.connection)),
    ],
    statement: `INSERT INTO sink SELECT
      DATE_FORMAT(TO_TIMESTAMP_LTZ(${FIRST} + v, 0), 'yyyy/MM/dd HH:mm:ss'), (${FIRST} + v) * 1000,
      'host' || CAST(MOD(v, ${args.documents}) AS STRING), 'cpu1', CAST(MOD(v, 100) AS DOUBLE), 70
      FROM (SELECT v FROM numbers UNION ALL SELECT v FROM endless WHERE v < 0)`,
    settings: { "table.local-time-zone": "UTC" },
  });
  names.push(job.job);
  return { template, index, job };
}

const hasEnded = async (job: string) => (await activeJobs(job)).length === 0;
const ordered = (index: string, count: number) =>
  findDocuments(node.connection, index, { count, by: "occurred_at", order: "asc" });

it("repeated rows become one document with the latest values and typed fields", async () => {
  // For several flushes of the sink, one a second.
  const { template, index, job } = numbers({ count: 60, perSecond: 20, documents: 10 });
  await indexTemplateHandler.create(template, "name");
  await create(job);
  await expect
    .poll(async () => (await ordered(index, 100)).map(({ usage }) => usage), { timeout: 60_000 })
    .toEqual(Array.from({ length: 10 }, (_, i) => 51 + i));
  await cancelAll([job.job]);
  const [document] = await ordered(index, 1);
  expect(document).toEqual({
    time_ltz: "2026/01/05 13:00:51",
    occurred_at: (FIRST + 51) * 1000,
    hostname: "host1",
    cpu: "cpu1",
    usage: 51,
    threshold: 70,
  });
});

it("documents are found within seconds while the job runs", async () => {
  const { template, index, job } = numbers({ count: 100_000, perSecond: 2, documents: 100_000 });
  await indexTemplateHandler.create(template, "name");
  await create(job);
  await until(async () => (await countDocuments(node.connection, index)) > 0, "a document", 15_000);
  await cancelAll([job.job]);
});

it("a job and its index survive when OpenSearch is killed, without missing or duplicate documents", {
  timeout: 240_000,
}, async () => {
  const { template, index, job } = numbers({ count: 100_000, perSecond: 100, documents: 100_000 });
  await indexTemplateHandler.create(template, "name");
  const state = await create(job);
  await until(async () => (await countDocuments(node.connection, index)) > 300, "the first documents");
  await node.kill();
  await until(async () => (await activeJobs(job.job))[0]?.state === "RESTARTING", "the job's failure");
  // Long enough for more attempts, which also fail.
  await sleep(5_000);
  await node.restart();
  expect(await indexTemplateHandler.read(template.template, template)).toEqual(template);
  const before = await countDocuments(node.connection, index);
  expect(before).toBeGreaterThan(300);
  await until(
    async () => (await countDocuments(node.connection, index)) > before + 300,
    "more documents",
    120_000,
  );
  await savepoint(state, "stop");
  await until(() => hasEnded(job.job), "the end of the job");
  await refresh(index);
  const count = await countDocuments(node.connection, index);
  const written = await ordered(index, count);
  expect(written.map(({ occurred_at }) => occurred_at)).toEqual(
    Array.from({ length: count }, (_, position) => (FIRST + 1 + position) * 1000),
  );
  expect(await stateOf(state.jobId)).toBe("FINISHED");
});

it("a reading has its time in milliseconds after 2038 too, when seconds since 1970 no longer fit into 32 bits", async () => {
  const topics = new OwnTopics(kafka, ["cpu_load_stats_real_filter_pg"]);
  const { index, template } = ownIndex();
  const { tables, statement } = pipelineSql("search", SQL_VALUES);
  const [source = "", sink = ""] = tables;
  const job = sqlJob({
    tables: [
      topics.table(withOptions(source, { ...kafkaOptions(kafka), ...deliveryOptions(source, index) })),
      withOptions(sink, { ...openSearchOptions(node.connection), index }),
    ],
    statement,
    settings: { "table.local-time-zone": "UTC" },
  });
  names.push(job.job);
  await topics.create();
  await indexTemplateHandler.create(template, "name");
  const row = { hostname: "happy", cpu: "cpu1", usage: 95, threshold: 90 };
  const times = ["2026-01-05 13:00:00.007", "2038-01-19 03:14:07.999", "2038-01-20 23:59:59.123"];
  await produce(
    kafka,
    topics.of("cpu_load_stats_real_filter_pg"),
    times.map((time_ltz) => ({ value: JSON.stringify({ time_ltz, ...row }) })),
  );
  await create(job);
  await until(async () => (await countDocuments(node.connection, index)) === times.length, "the documents");
  await cancelAll([job.job]);
  await topics.delete();
  const documents = await ordered(index, times.length);
  expect(documents.map(({ occurred_at }) => occurred_at)).toEqual(
    times.map((time) => Date.parse(`${time.replace(" ", "T")}Z`)),
  );
  expect(documents.map(({ time_ltz }) => time_ltz)).toEqual(
    times.map((time) => time.slice(0, 19).replaceAll("-", "/")),
  );
});

/** Makes everything written searchable, without waiting for the index's refresh interval. */
const refresh = (index: string) => callOpenSearch(node.connection, "POST", `/${index}/_refresh`);

async function stateOf(jobId: string): Promise<string> {
  const { jobManagerUrl } = sqlJob();
  return ((await (await fetch(`${jobManagerUrl}/jobs/${jobId}`)).json()) as { state: string }).state;
}

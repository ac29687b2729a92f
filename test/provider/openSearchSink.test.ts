import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callOpenSearch, countDocuments, findDocuments } from "../../clients/openSearch/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { readSql } from "../../components/pipelineSql.ts";
import { openSearchOptions } from "../../components/selfManaged/tableOptions.ts";
import { type IndexTemplateInputs, indexTemplateHandler } from "../../provider/opensearch/indexTemplate.ts";
import { uniqueName } from "../support/names.ts";
import { OpenSearchNode } from "../support/openSearch.ts";
import { activeJobs, cancelAll, create, sqlJob } from "../support/sqlJobs.ts";
import { until } from "../support/topics.ts";

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

/**
 * A job that writes the numbers 1 to `count` to a separate index, in order. Each has a second of `occurred_at` and a
 * percent of `usage`, and there is one document for each of `documents` hosts.
 */
function numbers(args: { count: number; perSecond: number; documents: number }) {
  const index = uniqueName("index");
  const template: IndexTemplateInputs = {
    connection: node.connection,
    template: index,
    index,
    body: JSON.parse(readSql("openSearch/cpu_load_stats_real_filter_os.json")),
  };
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
      withOptions(sink, openSearchOptions(node.connection)),
    ],
    statement: `INSERT INTO sink SELECT
      DATE_FORMAT(TO_TIMESTAMP_LTZ(${FIRST} + v, 0), 'yyyy/MM/dd HH:mm:ss'), (${FIRST} + v) * 1000,
      'host' || CAST(MOD(v, ${args.documents}) AS STRING), 'cpu1', CAST(MOD(v, 100) AS DOUBLE), 70 FROM numbers`,
    settings: { "table.local-time-zone": "UTC" },
  });
  names.push(job.job);
  return { template, index, job };
}

const hasEnded = async (job: string) => (await activeJobs(job)).length === 0;
const ordered = (index: string, count: number) =>
  findDocuments(node.connection, index, { count, by: "occurred_at", order: "asc" });

it("repeated rows become one document with the latest values and typed fields", async () => {
  const { template, index, job } = numbers({ count: 60, perSecond: 20, documents: 10 });
  await indexTemplateHandler.create(template, "name");
  await create(job);
  await until(() => hasEnded(job.job), "the end of the job");
  await refresh(index);
  const documents = await ordered(index, 100);
  expect(documents.map(({ usage }) => usage)).toEqual(Array.from({ length: 10 }, (_, i) => 51 + i));
  expect(documents[0]).toEqual({
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

it("a job survives when OpenSearch is killed, without missing or duplicate documents", {
  timeout: 240_000,
}, async () => {
  const count = 3_000;
  const { template, index, job } = numbers({ count, perSecond: 100, documents: count });
  await indexTemplateHandler.create(template, "name");
  const { jobId } = await create(job);
  await until(async () => (await countDocuments(node.connection, index)) > 300, "the first documents");
  await node.kill();
  await until(async () => (await activeJobs(job.job))[0]?.state === "RESTARTING", "the job's failure");
  // Long enough for more attempts, which also fail.
  await sleep(5_000);
  await node.restart();
  await until(() => hasEnded(job.job), "the end of the job", 120_000);
  await refresh(index);
  expect(await countDocuments(node.connection, index)).toBe(count);
  const written = await ordered(index, count);
  expect(written.map(({ occurred_at }) => occurred_at)).toEqual(
    Array.from({ length: count }, (_, position) => (FIRST + 1 + position) * 1000),
  );
  expect(await stateOf(jobId)).toBe("FINISHED");
});

/** Makes everything written searchable, without waiting for the index's refresh interval. */
const refresh = (index: string) => callOpenSearch(node.connection, "POST", `/${index}/_refresh`);

async function stateOf(jobId: string): Promise<string> {
  const { jobManagerUrl } = sqlJob();
  return ((await (await fetch(`${jobManagerUrl}/jobs/${jobId}`)).json()) as { state: string }).state;
}

import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { uniqueName } from "../support/names.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { consume } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const topics = new OwnTopics(kafka, ["results", "cpu_load_stats_real", "cpu_load_stats_real_filter"]);
const jobs: string[] = [];

beforeAll(() => topics.create());
afterAll(async () => {
  await cancelAll(jobs);
  await topics.delete();
});

/** A transaction with one record, still open. */
async function begun(topic: string, value: object) {
  const producer = kafkaClient(kafka, "test").producer({
    transactionalId: uniqueName("transaction"),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ value: JSON.stringify(value) }] });
  return {
    end: async (how: "commit" | "abort") => {
      await transaction[how]();
      await producer.disconnect();
    },
  };
}

// As a job leaves them if it fails after a checkpoint: records after it are aborted at once, those in it on restart.
it("a reader sees no record of two concurrent transactions of which the later one was aborted first", async () => {
  const topic = topics.of("results");
  const first = await begun(topic, { written: "of the checkpoint" });
  const second = await begun(topic, { written: "after the checkpoint" });
  await second.end("abort");
  await first.end("abort");
  const repeated = await begun(topic, { written: "repeated" });
  await repeated.end("commit");
  expect(await consume(kafka, topic)).toEqual([{ written: "repeated" }]);
});

it("a pipeline ignores readings of an aborted transaction, and counts them once when they are sent again", async () => {
  const readings = topics.of("cpu_load_stats_real");
  const job = pipelineJob("filter", services);
  jobs.push(job.job);
  await create({ ...job, tables: job.tables.map((ddl) => topics.table(ddl)) });
  const reading = { hostname: "doc", cpu: "cpu1", usage: 99, occurred_at: Date.UTC(2026, 0, 5, 13) };
  await (await begun(readings, reading)).end("abort");
  await (await begun(readings, reading)).end("commit");
  // A later reading, so that the one before it has been written.
  await (await begun(readings, { ...reading, usage: 98 })).end("commit");
  const rows = await consume(kafka, topics.of("cpu_load_stats_real_filter"), { atLeast: 2 });
  expect(rows.map(({ usage }) => usage)).toEqual([99, 98]);
});

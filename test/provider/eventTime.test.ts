import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const IDLE = "'scan.watermark.idle-timeout' = '30 s'";
const IDLE_MS = 8_000;
const START = Date.UTC(2026, 0, 5, 13);
const WINDOW_MS = 30_000;

const topics = new OwnTopics(kafka, ["cpu_load_stats_real", "cpu_agg_stats"], 2);
const job = pipelineJob("aggregate", services);

const reading = (occurredAt: number) =>
  JSON.stringify({ hostname: "dopey", cpu: "cpu1", usage: 50, occurred_at: occurredAt });
const send = (partition: number, value: string) =>
  produce(kafka, topics.of("cpu_load_stats_real"), [{ partition, value }]);

beforeAll(async () => {
  await topics.create();
  const shorter = (ddl: string) => ddl.replace(IDLE, `'scan.watermark.idle-timeout' = '${IDLE_MS} ms'`);
  await create({ ...job, tables: job.tables.map((ddl) => shorter(topics.table(ddl))) });
});

afterAll(async () => {
  await cancelAll([job.job]);
  await topics.delete();
});

it("a partition that has only invalid messages does not hold back the windows of the others", async () => {
  const averages = () => consume(kafka, topics.of("cpu_agg_stats"));
  const done = new AbortController();
  let longestPause = 0;
  const sendInvalid = async () => {
    for (let sentAt = Date.now(); !done.signal.aborted; await sleep(200)) {
      await send(1, "no reading");
      longestPause = Math.max(longestPause, Date.now() - sentAt);
      sentAt = Date.now();
    }
  };
  const sending = sendInvalid();
  try {
    await send(0, reading(START));
    await send(0, reading(START + 2 * WINDOW_MS));
    await until(async () => (await averages()).length > 0, "the average of a window");
  } finally {
    done.abort();
    await sending;
  }
  expect(await averages()).toMatchObject([{ hostname: "dopey", usage_avg: 50 }]);
  expect(longestPause).toBeLessThan(IDLE_MS);
});

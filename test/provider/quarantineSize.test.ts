import kafkajs from "kafkajs";
import { afterAll, expect, inject, it } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { newestRecords } from "../../clients/kafka/recentRecords.ts";
import { pipelines } from "../../components/pipelines.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { cancelAll, create } from "../support/sqlJobs.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { until } from "../support/topics.ts";

const services = inject("services");
const { kafka } = services;
const { config } = pipelines.quarantine.output;
const topics = new OwnTopics(kafka, ["cpu_load_stats_real", "cpu_load_stats_real_quarantine"], 1, config);
const jobs: string[] = [];

afterAll(async () => {
  await cancelAll(jobs);
  await topics.delete();
});

it("the quarantine keeps the beginning of a message that it could not write as a whole, and goes on", async () => {
  const MOST = 4_000_000;
  // Four bytes each. Compressed, the message is small enough for any topic.
  const largest = "🙈".repeat(MOST);
  const invalid = Buffer.from([0xff, 0xc3, 0x28]);
  await topics.create();
  const job = pipelineJob("quarantine", services, SQL_VALUES, { hasReadingFormat: true });
  jobs.push(job.job);
  await create({ ...job, tables: job.tables.map((ddl) => topics.table(ddl)) });
  const producer = kafkaClient(kafka, "test").producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (const value of [`${largest}🙈🙈 and more`, largest, invalid]) {
    await producer.send({
      topic: topics.of("cpu_load_stats_real"),
      compression: kafkajs.CompressionTypes.GZIP,
      messages: [{ value }],
    });
  }
  await producer.disconnect();
  let found: (Buffer | null)[] = [];
  await until(async () => {
    const quarantined = await newestRecords(kafka, topics.of("cpu_load_stats_real_quarantine"), 10, 20_000);
    found = quarantined.map(({ message }) => message.value);
    return found.length >= 3;
  }, "the quarantined messages");
  const expected = [Buffer.from(largest), Buffer.from(largest), invalid];
  expect(found.map((value, index) => value?.equals(expected[index] ?? Buffer.of()))).toEqual([
    true,
    true,
    true,
  ]);
});

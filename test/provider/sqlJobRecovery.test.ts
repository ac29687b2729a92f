import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { kafkaClient } from "../../clients/kafka.ts";
import { JobManager } from "../../provider/flink/jobManager.ts";
import { type SqlJobState, sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { uniqueName } from "../support/names.ts";
import { cancelAll, create, failureOf, sqlJob } from "../support/sqlJobs.ts";
import { produce, until } from "../support/topics.ts";

const { kafka, flink } = inject("services");
const topic = {
  connection: kafka,
  topic: uniqueName("divisors"),
  partitions: 1,
  replicationFactor: 1,
  config: {},
};
const { job, tables } = sqlJob();
const inputs = sqlJob({
  job,
  tables: [
    `CREATE TABLE divisors (v BIGINT) WITH ('connector' = 'kafka', 'topic' = '${topic.topic}', 'value.format' = 'json',
      'properties.bootstrap.servers' = '${kafka.bootstrapServers}', 'scan.startup.mode' = 'earliest-offset')`,
    tables[1] ?? "",
  ],
  statement: "INSERT INTO nothing SELECT 10 / v FROM divisors",
});
const admin = kafkaClient(kafka, "test").admin();

beforeAll(async () => {
  await admin.connect();
  await topicHandler.create(topic, "name");
  // kafkajs removes records only of topics that it has been asked about.
  await admin.fetchTopicOffsets(topic.topic);
});
afterAll(async () => {
  await cancelAll([job]);
  await topicHandler.delete(topic.topic, topic);
  await admin.disconnect();
});

/** Each of the two tests sends a message at which the job fails, again and again, until the message is removed. */
let state: SqlJobState;
const sendZero = () => produce(kafka, topic.topic, [{ value: '{"v":0}' }]);

it("an update waits for a job that recovers, however often it has failed before", async () => {
  state = await create(inputs);
  await sendZero();
  const jobManager = new JobManager(flink.webUrl);
  await until(async () => (await jobManager.failures(state.jobId)).length >= 4, "the fourth failure");

  const removed = sleep(500).then(() =>
    admin.deleteTopicRecords({ topic: topic.topic, partitions: [{ partition: 0, offset: "1" }] }),
  );
  const wanted = { ...inputs, incarnation: "second" };
  const [updated] = await Promise.all([sqlJobHandler.update("id", state, wanted), removed]);
  expect(updated).toEqual({ ...state, incarnation: "second" });
});

it("an update says why a job goes on failing", async () => {
  await sendZero();
  await until(
    async () => (await sqlJobHandler.read("id", state))?.state === "RESTARTING",
    "the first failure",
  );
  expect(await failureOf(sqlJobHandler.update("id", state, { ...inputs, incarnation: "third" }))).toBe(
    `job ${job} does not run: ArithmeticException: / by zero`,
  );
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { uniqueName } from "../support/names.ts";
import { activeJobs, cancelAll, create, failureOf, sqlJob, untilCommitted } from "../support/sqlJobs.ts";
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
const jobs = [job];
const admin = kafkaClient(kafka, "test").admin();

beforeAll(async () => {
  await admin.connect();
  await topicHandler.create(topic, "name");
  // kafkajs removes records only from topics that it has been asked about.
  await admin.fetchTopicOffsets(topic.topic);
});
afterAll(async () => {
  await cancelAll(jobs);
  await topicHandler.delete(topic.topic, topic);
  await admin.disconnect();
});

/** Each of the two tests sends a message that makes the job fail again and again until the message is removed. */
let state: SqlJobState;
const sendZero = () => produce(kafka, topic.topic, [{ value: '{"v":0}' }]);

it("an update waits for a recovering job, however often it has failed before", async () => {
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

it("an update reports why a job keeps failing", async () => {
  await sendZero();
  await until(
    async () => (await sqlJobHandler.read("id", state))?.state === "RESTARTING",
    "the first failure",
  );
  expect(await failureOf(sqlJobHandler.update("id", state, { ...inputs, incarnation: "third" }))).toBe(
    `job ${job} does not run: ArithmeticException: / by zero`,
  );
});

it("an update tries a fresh start for a job that keeps failing and restores its state if that does not help", async () => {
  const allowed = { ...inputs, incarnation: "fourth", freshStart: true };
  expect(await failureOf(sqlJobHandler.update("id", state, allowed))).toBe(
    `job ${job} does not run: ArithmeticException: / by zero`,
  );
  expect(await activeJobs(job)).toHaveLength(1);
});

it("an update starts a job without its state if the state makes it fail and that is allowed", async () => {
  const group = uniqueName("counted");
  const [end] = await admin.fetchTopicOffsets(topic.topic);
  const start = Number(end?.high);
  // From the end of the topic, whenever its reader first asks for messages.
  await admin.setOffsets({
    groupId: group,
    topic: topic.topic,
    partitions: [{ partition: 0, offset: `${start}` }],
  });
  const counted = sqlJob({
    tables: [
      withOptions(inputs.tables[0]?.replace("v BIGINT", "v BIGINT, pt AS PROCTIME()") ?? "", {
        "scan.startup.mode": "group-offsets",
        "properties.group.id": group,
      }),
      tables[1] ?? "",
    ],
    statement: `INSERT INTO nothing SELECT 10 / (3 - n) FROM (SELECT
      COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM divisors)`,
  });
  jobs.push(counted.job);
  const failing = await create(counted);
  for (const v of [1, 2]) await produce(kafka, topic.topic, [{ value: JSON.stringify({ v }) }]);
  // A fresh start must not read them again.
  await untilCommitted(group, topic.topic, start + 2);
  await produce(kafka, topic.topic, [{ value: '{"v":3}' }]);
  await until(
    async () => (await sqlJobHandler.read("id", failing))?.state === "RESTARTING",
    "the first failure",
  );
  const started = await sqlJobHandler.update("id", failing, { ...counted, freshStart: true });
  expect(started.startedFrom).toBe("committed offsets");
  expect(await activeJobs(counted.job)).toMatchObject([{ jid: started.jobId, state: "RUNNING" }]);
});

import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import type { NewTopic } from "../../provider/kafka/topicInputs.ts";
import { uniqueName } from "../support/names.ts";
import { activeJobs, cancelAll, create, failureOf, sqlJob } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const connection = inject("services").kafka;
const [source, sink] = [uniqueName("divisors"), uniqueName("counts")];
const topics: NewTopic[] = [source, sink].map((topic) => ({
  connection,
  topic,
  partitions: 1,
  replicationFactor: 1,
  config: {},
}));

const kafkaTable = (columns: string, topic: string, options = "") =>
  `CREATE TABLE ${columns} WITH ('connector' = 'kafka', 'topic' = '${topic}', 'value.format' = 'json',
    'properties.bootstrap.servers' = '${connection.bootstrapServers}' ${options})`;

const counting = (value: string) => `INSERT INTO counts SELECT ${value},
  COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM divisors`;

const inputs = sqlJob({
  tables: [
    kafkaTable("divisors (v BIGINT, pt AS PROCTIME())", source, ", 'scan.startup.mode' = 'earliest-offset'"),
    kafkaTable("counts (v BIGINT, n BIGINT)", sink),
  ],
  statement: counting("v"),
  settings: { "execution.checkpointing.interval": "100 ms" },
});
const send = (v: number) => produce(connection, source, [{ value: JSON.stringify({ v }) }]);

beforeAll(async () => {
  for (const topic of topics) await topicHandler.create(topic, "name");
});
afterAll(async () => {
  await cancelAll([inputs.job]);
  for (const topic of topics) await topicHandler.delete(topic.topic, topic);
});

it("if a changed statement fails after its first checkpoint, the previous one resumes from that checkpoint", async () => {
  const state = await create(inputs);
  await send(1);
  expect(await consume(connection, sink, { atLeast: 1 })).toEqual([{ v: 1, n: 1 }]);

  const updating = failureOf(
    sqlJobHandler.update("id", state, { ...inputs, statement: counting("10 / (v - 7)") }),
  );
  // The checkpoint removes the savepoint that it started from.
  let successor = "";
  await until(async () => {
    const job = (await activeJobs(inputs.job)).find(({ jid }) => jid !== state.jobId);
    successor = job?.jid ?? "";
    return successor !== "" && (await latestCheckpoint(inputs, successor)) !== undefined;
  }, "the successor's first checkpoint");
  await send(7);
  expect(await updating).toMatch(/ArithmeticException: \/ by zero.*The previous statement keeps running\.$/s);

  await send(8);
  const rows = [1, 7, 8].map((v, index) => ({ v, n: index + 1 }));
  expect(await consume(connection, sink, { atLeast: rows.length })).toEqual(rows);
  expect(await activeJobs(inputs.job)).toMatchObject([{ state: "RUNNING" }]);
});

import { afterAll, expect, inject, it } from "vitest";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs } from "../../provider/flink/sqlJobInputs.ts";
import { JobManagerProxy } from "../support/jobManagerProxy.ts";
import { OwnTopics } from "../support/ownTopics.ts";
import { activeJobs, cancelAll, create, failureOf, sqlJob } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const { kafka: connection } = inject("services");
const used: OwnTopics<"divisors" | "counts">[] = [];
const jobs: string[] = [];

afterAll(async () => {
  await cancelAll(jobs);
  for (const topics of used) await topics.delete();
});

/** Numbers the messages: the count is the state that must not be lost. */
const counting = (value: string) => `INSERT INTO counts SELECT ${value},
  COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM divisors`;

/** A job that counts, and then an update to a statement that fails at the number 7, after its first checkpoint. */
async function failingUpdate({ allowsCancelling }: { allowsCancelling: boolean }) {
  const jobManager = await JobManagerProxy.start(allowsCancelling);
  const topics = new OwnTopics(connection, ["divisors", "counts"]);
  used.push(topics);
  await topics.create();
  const [source, sink] = [topics.of("divisors"), topics.of("counts")];
  const table = (columns: string, topic: string, options = "") =>
    `CREATE TABLE ${columns} WITH ('connector' = 'kafka', 'topic' = '${topic}', 'value.format' = 'json',
      'properties.bootstrap.servers' = '${connection.bootstrapServers}' ${options})`;
  const inputs: SqlJobInputs = sqlJob({
    jobManagerUrl: jobManager.url,
    tables: [
      table("divisors (v BIGINT, pt AS PROCTIME())", source, ", 'scan.startup.mode' = 'earliest-offset'"),
      table("counts (v BIGINT, n BIGINT)", sink),
    ],
    statement: counting("v + 100"),
    settings: { "execution.checkpointing.interval": "100 ms" },
  });
  jobs.push(inputs.job);
  const send = (v: number) => produce(connection, source, [{ value: JSON.stringify({ v }) }]);
  const rows = (atLeast: number) => consume(connection, sink, { atLeast });

  const state = await create(inputs);
  await send(1);
  expect(await rows(1)).toEqual([{ v: 101, n: 1 }]);
  const changed = { ...inputs, statement: counting("10 / (v - 7)") };
  let successor = "";
  // However late the number 7 is, the update must still wait for the successor.
  jobManager.isStarting = ({ name, jid }) =>
    name === inputs.job && jid !== state.jobId && (successor === "" || jid === successor);
  const failure = failureOf(sqlJobHandler.update("id", state, changed));
  // This checkpoint removes the savepoint that the successor started from.
  await until(async () => {
    successor = (await activeJobs(inputs.job)).find(({ jid }) => jid !== state.jobId)?.jid ?? "";
    return successor !== "" && (await latestCheckpoint(inputs, successor)) !== undefined;
  }, "the successor's first checkpoint");
  await send(7);
  return { job: inputs.job, successor, failure: await failure, send, rows };
}

it("if a changed statement fails after its first checkpoint, the previous one resumes from that checkpoint", async () => {
  const { job, failure, send, rows } = await failingUpdate({ allowsCancelling: true });
  expect(failure).toMatch(/ArithmeticException: \/ by zero.*The previous statement keeps running\.$/s);
  await send(8);
  const expected = [101, 107, 108].map((v, index) => ({ v, n: index + 1 }));
  expect(await rows(expected.length)).toEqual(expected);
  expect(await activeJobs(job)).toMatchObject([{ state: "RUNNING" }]);
});

it("if a failing statement cannot be cancelled, the previous one does not start beside it", async () => {
  const { job, failure, successor } = await failingUpdate({ allowsCancelling: false });
  expect(failure).toMatch(/ArithmeticException: \/ by zero.*The previous statement does not run now: /s);
  expect(await activeJobs(job)).toMatchObject([{ jid: successor }]);
});

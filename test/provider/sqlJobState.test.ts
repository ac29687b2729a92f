import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type SqlJobInputs, type SqlJobState, sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { uniqueName } from "../support/names.ts";
import {
  activeJobs,
  cancelAll,
  cancelBehindOurBack,
  create,
  failureOf,
  savepoint,
  sqlJob,
  untilCheckpointed,
  untilCommitted,
} from "../support/sqlJobs.ts";
import { consume, produce } from "../support/topics.ts";

const connection = inject("services").kafka;
const [source, sink] = [uniqueName("numbers"), uniqueName("counts")];
const topics = [source, sink].map((topic) => ({
  connection,
  topic,
  partitions: 1,
  replicationFactor: 1,
  config: {},
}));

const kafkaTable = (columns: string, topic: string, options = "") =>
  `CREATE TABLE ${columns} WITH ('connector' = 'kafka', 'topic' = '${topic}', 'value.format' = 'json',
    'properties.bootstrap.servers' = '${connection.bootstrapServers}' ${options})`;

const inputs = sqlJob({
  tables: [
    kafkaTable(
      "numbers (v BIGINT, pt AS PROCTIME())",
      source,
      `, 'scan.startup.mode' = 'group-offsets', 'properties.group.id' = '${source}',
      'properties.auto.offset.reset' = 'earliest'`,
    ),
    kafkaTable("counts (v BIGINT, n BIGINT)", sink),
  ],
  statement: counting("v + 10"),
});

/** Numbers the messages: the count is the state that must not be lost. */
function counting(value: string): string {
  return `INSERT INTO counts SELECT ${value},
    COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM numbers`;
}

/** Each test goes on where the one before it stopped. */
describe.sequential("the state of a job", () => {
  let state: SqlJobState;
  const sent: number[] = [];
  const expected: { v: number; n: number }[] = [];

  beforeAll(async () => {
    for (const topic of topics) await topicHandler.create(topic, "name");
    state = await create(inputs);
  });

  afterAll(async () => {
    await cancelAll([inputs.job]);
    for (const topic of topics) await topicHandler.delete(topic.topic, topic);
  });

  /** Sends the next number and expects one more row for it. */
  async function expectNext(row: (number: number) => { v: number; n: number }): Promise<void> {
    const number = sent.push(0);
    await produce(connection, source, [{ value: JSON.stringify({ v: number }) }]);
    expected.push(row(number));
    expect(await consume(connection, sink, { quietMs: 1_500 })).toEqual(expected);
  }

  const update = (change: Partial<SqlJobInputs>) =>
    sqlJobHandler.update("id", state, { ...inputs, ...change });

  it("is there while it runs", async () => {
    await expectNext((v) => ({ v: v + 10, n: 1 }));
    await expectNext((v) => ({ v: v + 10, n: 2 }));
  });

  it("is that of the last checkpoint where the job was canceled behind our back, an older savepoint or not", async () => {
    await savepoint(state, "savepoints");
    await expectNext((v) => ({ v: v + 10, n: 3 }));
    await untilCheckpointed(state);
    await cancelBehindOurBack(state);
    expect(await sqlJobHandler.read("id", state)).toMatchObject({ state: "LOST" });
    const canceled = state.jobId;
    state = await update({});
    expect(state.startedFrom).toMatch(new RegExp(`/checkpoints/${canceled}/chk-\\d+$`));
    await expectNext((v) => ({ v: v + 10, n: 4 }));
  });

  it("is that of the savepoint with which the job was stopped behind our back", async () => {
    const path = await savepoint(state, "stop");
    state = await update({});
    expect(state.startedFrom).toBe(path);
    await expectNext((v) => ({ v: v + 10, n: 5 }));
  });

  it("is that of a savepoint where the statement changes", async () => {
    state = await update({ statement: counting("v + 20") });
    expect(state.startedFrom).toMatch(/\/savepoints\/savepoint-/);
    await expectNext((v) => ({ v: v + 20, n: 6 }));
  });

  const withoutCount = "INSERT INTO counts SELECT v * 100, CAST(0 AS BIGINT) FROM numbers";

  it("keeps the former statement running where it does not fit the changed one", async () => {
    const failure = await failureOf(update({ statement: withoutCount }));
    expect(failure).toMatch(
      new RegExp(`^job ${inputs.job} does not start from its former state \\(.*/savepoint-`),
    );
    expect(failure).toContain("Cannot map checkpoint/savepoint state");
    expect(failure).toContain(
      "the setting freshStart: [test] allows a fresh start from the committed offsets",
    );
    expect(await activeJobs(inputs.job)).toMatchObject([{ state: "RUNNING" }]);
    await expectNext((v) => ({ v: v + 20, n: 7 }));
  });

  it("is given up for a fresh start where that is allowed, and no message is read twice", async () => {
    await untilCommitted(source, source, sent.length);
    state = await update({ statement: withoutCount, freshStart: true });
    expect(state.startedFrom).toBe("committed offsets");
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: state.jobId, state: "RUNNING" }]);
    await expectNext((v) => ({ v: v * 100, n: 0 }));
  });

  it("ends with the job", async () => {
    await sqlJobHandler.delete("id", state);
    expect(await activeJobs(inputs.job)).toEqual([]);
  });
});

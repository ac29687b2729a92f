import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { explain } from "../../provider/flink/jobStart.ts";
import { stateDifference } from "../../provider/flink/plan.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import type { NewTopic } from "../../provider/kafka/topicInputs.ts";
import { uniqueName } from "../support/names.ts";
import { pipelineJob } from "../support/secureJobs.ts";
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
import { TcpProxy } from "../support/tcpProxy.ts";
import { consume, produce, until } from "../support/topics.ts";

const connection = inject("services").kafka;
const [source, sink] = [uniqueName("numbers"), uniqueName("counts")];
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

/** Each test continues where the previous one stopped. */
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
    expect(await consume(connection, sink, { atLeast: expected.length })).toEqual(expected);
  }

  const update = (change: Partial<SqlJobInputs>) =>
    sqlJobHandler.update("id", state, { ...inputs, ...change });

  it("is kept while it runs", async () => {
    await expectNext((v) => ({ v: v + 10, n: 1 }));
    await expectNext((v) => ({ v: v + 10, n: 2 }));
  });

  it("comes from the last checkpoint if the job was cancelled externally, even if there is an older savepoint", async () => {
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

  it("comes from the savepoint with which the job was stopped externally", async () => {
    const path = await savepoint(state, "stop");
    state = await update({});
    expect(state.startedFrom).toBe(path);
    await expectNext((v) => ({ v: v + 10, n: 5 }));
  });

  it("stays in the running job if its cluster only moved to another address", async () => {
    const proxy = await TcpProxy.start(Number(new URL(inputs.jobManagerUrl).port));
    const jobManagerUrl = `http://127.0.0.1:${proxy.port}`;
    const before = state.jobId;
    try {
      state = await update({ jobManagerUrl });
      expect(state).toMatchObject({ jobId: before, jobManagerUrl });
    } finally {
      await proxy.close();
    }
    state = await update({});
    expect(state).toMatchObject({ jobId: before, jobManagerUrl: inputs.jobManagerUrl });
    await expectNext((v) => ({ v: v + 10, n: 6 }));
  });

  it("comes from the last checkpoint if the job ended with its JobManager, which moved to another address", async () => {
    await untilCheckpointed(state);
    await cancelBehindOurBack(state);
    const lost = { ...state, jobManagerUrl: "http://127.0.0.1:1" };
    const ended = state.jobId;
    state = await sqlJobHandler.update("id", lost, inputs);
    expect(state.startedFrom).toMatch(new RegExp(`/checkpoints/${ended}/chk-\\d+$`));
    await expectNext((v) => ({ v: v + 10, n: 7 }));
  });

  it("comes from a savepoint if the statement changes", async () => {
    state = await update({ statement: counting("v + 20") });
    expect(state.startedFrom).toMatch(/\/savepoints\/savepoint-/);
    await expectNext((v) => ({ v: v + 20, n: 8 }));
  });

  const withoutCount = "INSERT INTO counts SELECT v * 100, CAST(0 AS BIGINT) FROM numbers";

  it.each([
    [
      "has no use for it",
      withoutCount,
      /OverAggregate\(.* UNBOUNDED PRECEDING .* where it now has nothing\n/,
    ],
    [
      "would take it for that of a shorter window",
      counting("v + 20").replace("UNBOUNDED", "3"),
      /OverAggregate\(.* UNBOUNDED PRECEDING .* where it now has OverAggregate\(.* 3 PRECEDING .*\n/,
    ],
  ])("keeps the previous statement running if the changed one %s", async (_, statement, words) => {
    const failure = await failureOf(update({ statement }));
    expect(failure).toMatch(
      new RegExp(`^job ${inputs.job} cannot resume from its previous state, which does not fit: `),
    );
    expect(failure).toMatch(words);
    expect(failure).toContain(
      "the setting freshStart: [test] allows a fresh start from the committed offsets",
    );
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: state.jobId, state: "RUNNING" }]);
  });

  it("is kept after a refused change", async () => {
    await expectNext((v) => ({ v: v + 20, n: 9 }));
  });

  it("is discarded with a warning if it does not fit the changed statement and is disposable", async () => {
    await untilCommitted(source, source, sent.length);
    const said: string[] = [];
    const warn = vi.spyOn(console, "warn").mockImplementation((text) => void said.push(String(text)));
    const statement = counting("v + 30").replace("UNBOUNDED", "1");
    state = await update({ statement, disposableState: true });
    warn.mockRestore();
    expect(said.join("\n")).toMatch(
      new RegExp(`job ${inputs.job} was started afresh from the committed offsets\\..*OverAggregate`),
    );
    expect(state.startedFrom).toBe("committed offsets");
    await expectNext((v) => ({ v: v + 30, n: 1 }));
    await expectNext((v) => ({ v: v + 30, n: 2 }));
    await expectNext((v) => ({ v: v + 30, n: 2 }));
  });

  it("is discarded for a fresh start if that is allowed, without reading a message twice", async () => {
    await untilCommitted(source, source, sent.length);
    state = await update({ statement: withoutCount, freshStart: true });
    expect(state.startedFrom).toBe("committed offsets");
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: state.jobId, state: "RUNNING" }]);
    await expectNext((v) => ({ v: v * 100, n: 0 }));
  });

  it("is discarded with a warning if the job reads another topic and no longer the previous one", async () => {
    const other = { ...topics[0], topic: uniqueName("others") } as NewTopic;
    topics.push(other);
    await topicHandler.create(other, "name");
    await produce(connection, other.topic, [{ value: '{"v":1}' }]);
    const tables = inputs.tables.map((ddl) =>
      ddl.replace(`'topic' = '${source}'`, `'topic' = '${other.topic}'`),
    );
    const warnings: string[] = [];
    const warn = vi.spyOn(console, "warn").mockImplementation((text) => void warnings.push(String(text)));
    state = await update({ tables, statement: counting("v + 40") });
    warn.mockRestore();
    expect(warnings.join("\n")).toContain(
      `(it read the topic ${source}, and now reads ${other.topic}): the content of open windows is lost`,
    );
    await produce(connection, source, [{ value: '{"v":2}' }]);
    await produce(connection, other.topic, [{ value: '{"v":3}' }]);
    expected.push({ v: 41, n: 1 }, { v: 43, n: 2 });
    expect(await consume(connection, sink, { atLeast: expected.length })).toEqual(expected);
  });

  it("does not fit if the setting trend.windows changes, but fits if a filter changes", async () => {
    const services = inject("services");
    const plan = async (name: PipelineName, windows: number, edit = (sql: string) => sql) => {
      const pipeline = pipelineJob(name, services, { "trend.windows": windows });
      return explain(pipeline, { ...pipeline, statement: edit(pipeline.statement) });
    };
    expect(stateDifference(await plan("trend", 3), await plan("trend", 4))).toMatch(/^its plan had \w/);
    expect(stateDifference(await plan("trend", 3), await plan("trend", 3))).toBeUndefined();
    const filtered = (sql: string) =>
      sql.replace("WHERE time_ltz IS NOT NULL", "WHERE time_ltz IS NOT NULL AND usage >= 1");
    expect(stateDifference(await plan("aggregate", 3), await plan("aggregate", 3, filtered))).toBeUndefined();
    const minutes = (sql: string) => sql.replaceAll("INTERVAL '30' SECONDS", "INTERVAL '1' MINUTE");
    expect(stateDifference(await plan("aggregate", 3), await plan("aggregate", 3, minutes))).toMatch(
      /TUMBLE/,
    );
  });

  it("is deleted with the job", async () => {
    await sqlJobHandler.delete("id", state);
    expect(await activeJobs(inputs.job)).toEqual([]);
  });
});

it("a job that resumes has a checkpoint of its own at once, however long its interval is", async () => {
  const patient = sqlJob({ settings: { "execution.checkpointing.interval": "1 h" } });
  const checkpointed = ({ jobId }: SqlJobState) =>
    until(async () => (await latestCheckpoint(patient, jobId)) !== undefined, `a checkpoint of ${jobId}`);
  const lost = await create(patient);
  await new JobManager(patient.jobManagerUrl).checkpoint(lost.jobId);
  await checkpointed(lost);
  await cancelBehindOurBack(lost);
  await checkpointed(await sqlJobHandler.update("id", lost, patient));
  await cancelAll([patient.job]);
});

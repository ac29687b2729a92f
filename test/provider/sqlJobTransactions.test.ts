import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { pipelineNames, pipelineOf } from "../../components/pipelines.ts";
import { jdbcOptions } from "../../components/selfManaged/tableOptions.ts";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { withAnotherPlaceForItsSink } from "../../provider/flink/forgottenTransactions.ts";
import { submitJob } from "../../provider/flink/jobStart.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { type Broker, startBroker } from "../support/brokerOfOneTest.ts";
import { uniqueName } from "../support/names.ts";
import { pipelineJob } from "../support/secureJobs.ts";
import { activeJobs, cancelAll, cancelBehindOurBack, create, sqlJob } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const { postgres } = inject("services");
const query = (text: string) => withPostgres(postgres, (client) => client.query(text));
/** In place of 15 minutes, and of the hour for which the stack's broker remembers a finished transaction. */
const TIMEOUT_MS = 3_000;
const REMEMBERED_MS = 10_000;

const intoKafka = pipelineNames.filter((name) => {
  const { output } = pipelineOf(name);
  return output === undefined || "topic" in output;
});

let broker: Broker;
const jobs: string[] = [];

beforeAll(async () => {
  broker = await startBroker({
    "transactional.id.expiration.ms": String(REMEMBERED_MS),
    "transaction.remove.expired.transaction.cleanup.interval.ms": "500",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
  });
});
afterAll(async () => {
  await cancelAll(jobs);
  await query("DROP VIEW IF EXISTS slow; DROP TABLE IF EXISTS pace");
  await broker.remove();
});

interface Job {
  readonly statement: string;
  readonly tables?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** A job that copies from one new topic to another, exactly once. */
async function jobBetween(
  source: string,
  sink: string,
  { statement, tables = [], settings = {}, timeoutMs = TIMEOUT_MS }: Job,
) {
  for (const topic of [source, sink]) {
    const { connection } = broker;
    await topicHandler.create({ connection, topic, partitions: 1, replicationFactor: 1, config: {} }, "name");
  }
  const inputs = sqlJob({ settings });
  jobs.push(inputs.job);
  const kafka = (ddl: string, topic: string, options: Record<string, string>) =>
    withOptions(`${ddl} WITH ('connector' = 'kafka', 'value.format' = 'json')`, {
      topic,
      "properties.bootstrap.servers": broker.connection.bootstrapServers,
      ...options,
    });
  return {
    ...inputs,
    statement,
    tables: [
      ...tables,
      kafka("CREATE TABLE numbers (v BIGINT, pt AS PROCTIME())", source, {
        "scan.startup.mode": "group-offsets",
        "properties.group.id": inputs.job,
        "properties.auto.offset.reset": "earliest",
      }),
      kafka("CREATE TABLE counts (v BIGINT, n BIGINT)", sink, {
        "sink.delivery-guarantee": "exactly-once",
        "sink.transactional-id-prefix": inputs.job,
        "properties.transaction.timeout.ms": String(timeoutMs),
      }),
    ],
  };
}

const send = (topic: string, ...numbers: number[]) =>
  produce(
    broker.connection,
    topic,
    numbers.map((v) => ({ value: JSON.stringify({ v }) })),
  );

const rowsOf = async (topic: string, atLeast: number) =>
  (await consume(broker.connection, topic, { atLeast })).map(({ v, n }) => [v, n]);

/** Waits until a topic with one partition holds so many rows, committed or not. */
async function untilWritten(topic: string, count: number): Promise<void> {
  const groupId = uniqueName("written");
  const consumer = kafkaClient(broker.connection, "test").consumer({ groupId, readUncommitted: true });
  const offsets = new Set<string>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => void offsets.add(message.offset),
    });
    await until(() => offsets.size >= count, `${count} rows in ${topic}`);
  } finally {
    await consumer.disconnect();
  }
}

/** Messages shown to the user who runs the engine. */
async function warnings(use: () => Promise<void>): Promise<string> {
  const said: string[] = [];
  const warn = vi.spyOn(console, "warn").mockImplementation((text) => void said.push(String(text)));
  await use().finally(() => warn.mockRestore());
  return said.join("\n");
}

/** Whether a job is asking PostgreSQL for a row of `slow`. */
async function isLookingUp(): Promise<boolean> {
  const { rowCount } = await query(`SELECT FROM pg_stat_activity
    WHERE state = 'active' AND query ~ 'FROM "?slow\\M' AND pid <> pg_backend_pid()`);
  return rowCount === 1;
}

const update = (state: SqlJobState, inputs: SqlJobInputs) => sqlJobHandler.update("id", state, inputs);

describe("a job that was down", () => {
  it.each(intoKafka)("can abandon its transactions if it runs the pipeline %s", async (name) => {
    const services = { kafka: broker.connection, postgres };
    expect(await withAnotherPlaceForItsSink(pipelineJob(name, services))).toContain("CROSS JOIN UNNEST");
  });

  it("longer than a transaction may take loses only what its last checkpoint had not committed", async () => {
    await query(`CREATE TABLE pace (seconds int); INSERT INTO pace VALUES (4);
      CREATE VIEW slow AS SELECT v, pg_sleep((SELECT seconds FROM pace))::text AS slept FROM generate_series(1::bigint, 9) v`);
    const slow =
      "CREATE TABLE slow (v BIGINT, slept STRING) WITH ('connector' = 'jdbc', 'table-name' = 'slow')";
    const inputs = await jobBetween("outage", "outage_out", {
      statement: `INSERT INTO counts SELECT numbers.v, CAST(CHAR_LENGTH(slow.slept) AS BIGINT)
        FROM numbers JOIN slow FOR SYSTEM_TIME AS OF numbers.pt ON numbers.v = slow.v`,
      tables: [withOptions(slow, jdbcOptions(postgres, "test"))],
    });
    const state = await create(inputs);
    // The row of the first number is in the checkpoint taken after it. The task is then busy with the second number and
    // learns only afterwards that it may commit.
    const newest = async () => Number((await latestCheckpoint(state, state.jobId))?.split("chk-")[1] ?? 0);
    await send("outage", 1, 2, 3);
    await until(isLookingUp, "the lookup of the first number");
    const before = await newest();
    await until(async () => (await newest()) > before, "the checkpoint after the first number");
    await cancelBehindOurBack(state);
    await query("UPDATE pace SET seconds = 0");
    await sleep(TIMEOUT_MS + 2_000);

    const updated = await update(state, inputs);
    expect(updated.startedFrom).toMatch(/\/chk-\d+$/);
    await send("outage", 4);
    expect((await rowsOf("outage_out", 3)).map(([v]) => v)).toEqual([2, 3, 4]);
  });

  it("longer than Kafka remembers its transactions continues with its state, without loss or duplicates", async () => {
    const inputs = await jobBetween("forgotten", "forgotten_out", {
      statement: `-- How many there were, which only the state knows.
      INSERT INTO counts WITH counted AS (
        SELECT v, COUNT(*) OVER (ORDER BY pt ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS n FROM numbers
      ) SELECT v * 10, n FROM counted WHERE v > 0`,
      // Its last checkpoint names a transaction only if it wrote something just before, so this test triggers them.
      settings: { "execution.checkpointing.interval": "1 h" },
      timeoutMs: 60_000,
    });
    let state = await create(inputs);
    const jobManager = new JobManager(inputs.jobManagerUrl);
    const sendAndCommit = async (...numbers: readonly number[]) => {
      await send("forgotten", ...numbers);
      await untilWritten("forgotten_out", Math.max(...numbers));
      await jobManager.checkpoint(state.jobId);
    };
    const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
    await sendAndCommit(...numbers);
    await rowsOf("forgotten_out", numbers.length);
    await cancelBehindOurBack(state);
    await sleep(REMEMBERED_MS + 2_000);
    // As Flink itself would: again and again.
    const path = (await latestCheckpoint(state, state.jobId)) ?? "";
    state = { ...state, jobId: await submitJob(inputs, { path }) };
    const failures = () => jobManager.failures(state.jobId);
    await until(async () => (await failures()).length > 0, "a failure");
    expect((await failures())[0]?.trace).toContain("InvalidPidMappingException");

    const said = await warnings(async () => {
      state = await update(state, inputs);
    });
    expect(said).toContain(`job ${inputs.job} was stopped for longer than Kafka remembers transactions`);
    // Of the intermediate job: the checkpoint is gone.
    expect(state.startedFrom).toMatch(/\/savepoint-[\da-f-]+$/);
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: state.jobId, state: "RUNNING" }]);
    await sendAndCommit(26);
    expect(await rowsOf("forgotten_out", 26)).toEqual([...numbers, 26].map((v) => [v * 10, v]));
  });
});

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { uniqueName } from "../support/names.ts";
import { activeJobs, cancelAll, create, failureOf, sqlJob } from "../support/sqlJobs.ts";

const { bootstrapServers } = inject("services").kafka;
const SECRET = "correct-horse-battery-staple";
const { tables } = sqlJob();
const NOTHING = tables[1] ?? "";

/** A jdbc table with a password and with a given mistake. */
const jdbcTable = (columns: string, options = "'table-name' = 't'") =>
  `CREATE TABLE numbers (${columns}) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:1/p',
    'username' = 'streaming', 'password' = '${SECRET}', ${options})`;

/** What is wrong, with which inputs, and the expected message. */
const mistakes: [string, Partial<SqlJobInputs>, RegExp][] = [
  [
    "a syntax error",
    { statement: "INSERT INTO nothing SELEC v FROM numbers" },
    /^[^\n]*Non-query expression/,
  ],
  [
    "an unfinished statement",
    { statement: "-- A comment, as the files have.\nINSERT INTO nothing SELECT v FROM numbers WHERE" },
    /^ParseException: Encountered "<EOF>" at line 2, column 47\.$/,
  ],
  [
    "an unknown column",
    { statement: "INSERT INTO nothing SELECT w FROM numbers" },
    /^SqlValidatorException: Column 'w' not found in any table$/,
  ],
  [
    "an unknown table",
    { statement: "INSERT INTO nothing SELECT v FROM figures" },
    /^SqlValidatorException: Object 'figures' not found$/,
  ],
  [
    "an unknown connector",
    { tables: ["CREATE TABLE numbers (v BIGINT) WITH ('connector' = 'kafkaa')", NOTHING] },
    /^ValidationException: Could not find any factory for identifier 'kafkaa'/,
  ],
  [
    "an unknown option",
    { tables: ["CREATE TABLE numbers (v BIGINT) WITH ('connector' = 'datagen', 'colour' = 'red')", NOTHING] },
    /^ValidationException: Unsupported options found for 'datagen'\.\n\nUnsupported options:\n\ncolour\n/,
  ],
  [
    "a syntax error in a table with a password",
    { tables: [jdbcTable("v BIGINT,, w INT"), NOTHING] },
    /^ParseException: Encountered "," at line 1, column 32\.$/,
  ],
  [
    "an unknown option of a table with a password",
    { tables: [jdbcTable("v BIGINT", "'table-name' = 't', 'colour' = 'red'"), NOTHING] },
    /^ValidationException: Unsupported options found for 'jdbc'\.\n\nUnsupported options:\n\ncolour\n/,
  ],
  [
    "an option that is missing in a table with a password",
    { tables: [jdbcTable("v BIGINT", "'scan.fetch-size' = '1'"), NOTHING] },
    /^ValidationException: One or more required options are missing\.\n\nMissing required options are:\n\ntable-name$/,
  ],
];

const jobs: string[] = [];
afterAll(() => cancelAll(jobs));

describe("a new job with a mistake", () => {
  it.each(mistakes)(
    "fails and names %s, without a stack trace or a secret, and nothing runs",
    async (_, mistake, message) => {
      const inputs = sqlJob(mistake);
      jobs.push(inputs.job);
      const failure = await failureOf(create(inputs));
      expect(failure).toMatch(message);
      expect(failure).not.toContain(SECRET);
      expect(failure).not.toMatch(/\tat |Caused by/);
      expect(await activeJobs(inputs.job)).toEqual([]);
    },
  );

  it("fails with the broker's reason if its topic does not exist, and nothing runs", async () => {
    const topic = uniqueName("no_such_topic");
    const numbers = `CREATE TABLE numbers (v BIGINT) WITH ('connector' = 'kafka', 'topic' = '${topic}',
      'properties.bootstrap.servers' = '${bootstrapServers}', 'value.format' = 'json',
      'scan.startup.mode' = 'earliest-offset')`;
    const inputs = sqlJob({ tables: [numbers, NOTHING] });
    jobs.push(inputs.job);
    expect(await failureOf(create(inputs))).toBe(
      `job ${inputs.job} does not run: UnknownTopicOrPartitionException: This server does not host this topic-partition.`,
    );
    expect(await activeJobs(inputs.job)).toEqual([]);
  });
});

describe("a change with a mistake", () => {
  let state: SqlJobState;
  beforeAll(async () => {
    const inputs = sqlJob();
    jobs.push(inputs.job);
    state = await create(inputs);
  });

  it.each(mistakes)(
    "fails and names %s, and the job keeps running unchanged",
    async (_, mistake, message) => {
      const { jobId, state: _state, startedFrom, ...inputs } = state;
      const failure = await failureOf(sqlJobHandler.update("id", state, { ...inputs, ...mistake }));
      expect(failure).toMatch(message);
      expect(failure).not.toContain(SECRET);
      expect(await activeJobs(state.job)).toMatchObject([{ jid: jobId, state: "RUNNING" }]);
      expect(startedFrom).toBe("committed offsets");
    },
  );
});

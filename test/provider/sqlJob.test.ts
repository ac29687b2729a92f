import { afterAll, describe, expect, it } from "vitest";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { freePorts } from "../support/ports.ts";
import { activeJobs, cancelAll, cancelBehindOurBack, create, failureOf, sqlJob } from "../support/sqlJobs.ts";
import { until } from "../support/topics.ts";

const names: string[] = [];
afterAll(() => cancelAll(names));

function job(inputs: Partial<SqlJobInputs> = {}): SqlJobInputs {
  const all = sqlJob(inputs);
  names.push(all.job);
  return all;
}

async function nowhere(): Promise<string> {
  const [port] = await freePorts(1);
  return `http://127.0.0.1:${port}`;
}

describe("a new job", () => {
  it("is created when all of its tasks run, from the committed offsets", async () => {
    const inputs = job();
    const { id, state } = await sqlJobHandler.create(inputs, "name");
    const [running, ...others] = await activeJobs(inputs.job);
    expect(others).toEqual([]);
    expect(running).toMatchObject({ jid: state.jobId, state: "RUNNING" });
    expect(running?.tasks.running).toBe(running?.tasks.total);
    expect(id).toBe(inputs.job);
    expect(state).toEqual({
      ...inputs,
      jobId: running?.jid,
      state: "RUNNING",
      startedFrom: "committed offsets",
    });
    expect(await sqlJobHandler.diff(state, inputs)).toEqual({ changed: false });
  });

  it("runs on, and continues from its state, once it has read a table that is read once", async () => {
    const inputs = job({
      tables: [
        "CREATE TABLE once (v BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '1')",
        "CREATE TABLE endless (v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1')",
        "CREATE TABLE nowhere (v BIGINT) WITH ('connector' = 'blackhole')",
      ],
      statement: "INSERT INTO nowhere SELECT v FROM once UNION ALL SELECT v FROM endless",
      // Otherwise one task reads both tables.
      settings: { "pipeline.operator-chaining.enabled": "false" },
    });
    const state = await create(inputs);
    await until(async () => (await activeJobs(inputs.job))[0]?.tasks.finished === 1, "the end of the table");
    const settings = { ...inputs.settings, "table.exec.state.ttl": "1 d" };
    const { startedFrom } = await sqlJobHandler.update("id", state, { ...inputs, settings });
    expect(startedFrom).toMatch(/\/savepoints\/savepoint-/);
    expect(await activeJobs(inputs.job)).toMatchObject([{ state: "RUNNING", tasks: { finished: 1 } }]);
  });

  it("replaces a job that an interrupted up left and continues from its state", async () => {
    const inputs = job();
    const forgotten = await create(inputs);
    const state = await create(inputs);
    expect(state.jobId).not.toBe(forgotten.jobId);
    expect(state.startedFrom).toMatch(/\/savepoints\/savepoint-/);
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: state.jobId, state: "RUNNING" }]);
  });

  it("is refused while somebody else's job has its name, and that job keeps running", async () => {
    const theirs = await create(job({ owner: "somebody-else" }));
    const inputs = sqlJob({ job: theirs.job });
    expect(await failureOf(create(inputs))).toBe(
      `a job ${inputs.job} already runs at ${inputs.jobManagerUrl}, and this stack did not start it (its id is ` +
        `${theirs.jobId}): rename this stack, or cancel that job if nobody needs it`,
    );
    const lost = { ...inputs, jobId: "0".repeat(32), state: "RUNNING", startedFrom: "" } as const;
    expect(await sqlJobHandler.read("id", lost)).toEqual({ ...lost, state: "LOST" });
    expect(await failureOf(sqlJobHandler.update("id", lost, inputs))).toMatch(/this stack did not start it/);
    await sqlJobHandler.delete("id", lost);
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: theirs.jobId, state: "RUNNING" }]);
  });

  it("is recognised by its id if it was started before jobs had owners", async () => {
    const { owner: _, ...state } = await create(job({ owner: "not-known-yet" }));
    const former = state as SqlJobState;
    const inputs = { ...state, owner: "ours" };
    expect(await sqlJobHandler.read("id", former)).toEqual(former);
    expect(await sqlJobHandler.diff(former, inputs)).toEqual({ changed: true, replaces: [] });
    expect(await sqlJobHandler.update("id", former, inputs)).toMatchObject({ jobId: state.jobId });
    await sqlJobHandler.delete("id", former);
    expect(await activeJobs(state.job)).toEqual([]);
  });

  it("fails with the SQL Gateway's address if the gateway does not answer", async () => {
    const inputs = job({ gatewayUrl: await nowhere() });
    expect(await failureOf(create(inputs))).toBe(
      `the SQL Gateway at ${inputs.gatewayUrl} does not answer: ECONNREFUSED`,
    );
  });

  it("fails with the JobManager's address if the JobManager does not answer", async () => {
    const inputs = job({ jobManagerUrl: await nowhere() });
    expect(await failureOf(create(inputs))).toBe(
      `the JobManager at ${inputs.jobManagerUrl} does not answer: ECONNREFUSED`,
    );
  });
});

describe("a read of a job", () => {
  it("finds it by its id, or by its name if the id is unknown", async () => {
    const state = await create(job());
    expect(await sqlJobHandler.read("id", { ...state, job: "renamed" })).toEqual({
      ...state,
      job: "renamed",
    });
    const startedByOthers = { ...state, jobId: "0".repeat(32) };
    expect(await sqlJobHandler.read("id", startedByOthers)).toEqual(state);
    expect(await sqlJobHandler.diff(startedByOthers, state)).toEqual({ changed: false });
  });

  it("reports it lost if it was cancelled, and an update restarts it", async () => {
    const inputs = job();
    const state = await create(inputs);
    await cancelBehindOurBack(state);
    expect(await sqlJobHandler.read("id", state)).toEqual({ ...state, state: "LOST" });
    expect(await sqlJobHandler.diff(state, inputs)).toEqual({ changed: true });
    const updated = await sqlJobHandler.update("id", state, inputs);
    expect(await activeJobs(inputs.job)).toMatchObject([{ jid: updated.jobId, state: "RUNNING" }]);
    expect(await sqlJobHandler.read("id", updated)).toEqual(updated);
  });

  it("reports it lost if the JobManager does not answer", { timeout: 15_000 }, async () => {
    const state = {
      ...job({ jobManagerUrl: await nowhere() }),
      jobId: "0".repeat(32),
      state: "RUNNING",
      startedFrom: "committed offsets",
    } as const;
    expect(await sqlJobHandler.read("id", state)).toEqual({ ...state, state: "LOST" });
  });
});

describe("an update of a job", () => {
  it("leaves it running if only the cluster was restarted", async () => {
    const inputs = job();
    const state = await create(inputs);
    const wanted = { ...inputs, incarnation: "second", freshStart: true };
    expect(await sqlJobHandler.diff(state, wanted)).toEqual({ changed: true, replaces: [] });
    expect(await sqlJobHandler.update("id", state, wanted)).toEqual({ ...state, ...wanted });
  });

  it("is needed to record whether its state may be discarded: a resumption without an up goes by the record", async () => {
    const state = { ...job(), jobId: "", state: "RUNNING", startedFrom: "" } as const;
    const needed = { changed: true, replaces: [] };
    expect(await sqlJobHandler.diff(state, { ...state, freshStart: true })).toEqual(needed);
    expect(await sqlJobHandler.diff({ ...state, freshStart: true }, state)).toEqual(needed);
    expect(await sqlJobHandler.diff(state, { ...state, disposableState: true })).toEqual(needed);
  });

  it("replaces it if its name changes", async () => {
    const state = { ...job(), jobId: "", state: "RUNNING", startedFrom: "" } as const;
    expect(await sqlJobHandler.diff(state, { ...state, job: "other" })).toEqual({
      changed: true,
      replaces: ["job"],
    });
  });
});

describe("deleting a job", () => {
  it("cancels it, and succeeds if it is already gone", async () => {
    const state = await create(job());
    await sqlJobHandler.delete("id", state);
    expect(await activeJobs(state.job)).toEqual([]);
    await sqlJobHandler.delete("id", state);
  });
});

describe("the inputs of a job", () => {
  it.each([
    ["SELECT 1", 1, [{ property: "statement", reason: "it must be a single INSERT statement" }]],
    [
      "INSERT INTO a SELECT 1",
      0,
      [{ property: "parallelism", reason: "0 is not a whole number of at least 1" }],
    ],
    [
      "INSERT INTO a SELECT 1",
      1.5,
      [{ property: "parallelism", reason: "1.5 is not a whole number of at least 1" }],
    ],
    ["-- a comment\n -- another\n insert into a SELECT 1", 1, []],
  ])("%j with parallelism %d have the problems %j", (statement, parallelism, problems) => {
    expect(sqlJobHandler.check(sqlJob({ statement, parallelism }), undefined)).toEqual(problems);
  });
});

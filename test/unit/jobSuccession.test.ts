import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { StartFailed } from "../../provider/flink/jobProgress.ts";
import { recordedJobs } from "../../provider/flink/jobRecord.ts";
import { repair } from "../../provider/flink/jobSuccession.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { FlinkStandIn, type StandInJob } from "../support/flinkStandIn.ts";
import { standInJob } from "../support/standInJob.ts";

let flink: FlinkStandIn;
beforeEach(async () => {
  flink = await FlinkStandIn.start();
});
afterEach(() => flink.close());

const FORGOTTEN = "org.apache.kafka.common.errors.InvalidPidMappingException: unknown producer id";

const REFUSED = "refused by the gateway";

/** Lets the n-th job that is submitted from now on fail for the n-th reason, if there is one. */
function failing(...reasons: readonly (string | undefined)[]) {
  const left = [...reasons];
  flink.submitted = (job) => {
    const trace = left.shift();
    if (trace === REFUSED) throw new Error(trace);
    if (trace !== undefined) Object.assign(job, { state: "FAILED", trace });
  };
}

/** The last two jobs: the intermediate one's successor, and what was submitted after that. */
const lastTwo = () => flink.jobs.slice(-2) as [StandInJob, StandInJob];
/** Where the intermediate job, with another place for the sink, was stopped. */
const savepointOfStopover = () =>
  `/savepoints/of-${flink.jobs.find(({ statement }) => statement.includes("UNNEST"))?.jid}`;

it("an update that fails once the forgotten transactions are dropped restores the job from what is left", async () => {
  const recordDirectory = mkdtempSync(join(tmpdir(), "streaming-records-"));
  onTestFinished(() => rmSync(recordDirectory, { recursive: true }));
  const inputs = standInJob(flink, { recordDirectory });
  const { state } = await sqlJobHandler.create(inputs, "name");
  failing(FORGOTTEN, undefined, "java.lang.ArithmeticException: / by zero");
  const update = sqlJobHandler.update("id", state, { ...inputs, parallelism: 2 });
  await expect(update).rejects.toThrow(/\/ by zero.*The previous statement keeps running\.$/s);

  const [failed, restored] = lastTwo();
  const from = savepointOfStopover();
  expect(failed).toMatchObject({ from, partly: true });
  expect(restored).toMatchObject({ from, partly: true, state: "RUNNING" });
  expect(recordedJobs(recordDirectory).jobs).toMatchObject([
    { jobId: restored.jid, startedFrom: from, parallelism: 1 },
  ]);
});

it("a repair that fails once the forgotten transactions are dropped says whether the job runs", async () => {
  const inputs = standInJob(flink);
  const running = async () => {
    const { state } = await sqlJobHandler.create(inputs, "name");
    const tasks = { total: 1, running: 1 };
    const [id, name] = [state.jobId, inputs.job];
    return { id, name, state: "RUNNING", allTasksRunning: true, tasks, changedAt: 1 } as const;
  };
  const failure = new StartFailed("job acme-filter does not run", FORGOTTEN);
  const noMemory = "java.lang.OutOfMemoryError: Java heap space";

  const first = await running();
  failing(undefined, noMemory);
  await expect(repair(first, inputs, failure)).rejects.toThrow(/Java heap space\nIf the state[^\n]* lost\.$/);
  expect(lastTwo()[1]).toMatchObject({ from: savepointOfStopover(), partly: true, state: "RUNNING" });

  for (const job of flink.jobs) job.state = "CANCELED";
  flink.submitted = () => {};
  const second = await running();
  failing(undefined, noMemory, REFUSED);
  await expect(repair(second, inputs, failure)).rejects.toThrow(
    / lost\. The job does not run now: call `up` again\.$/,
  );
});

it("a fresh start after failures is only a success if the job does not soon fail again", async () => {
  const inputs = standInJob(flink, { freshStart: true });
  const { state } = await sqlJobHandler.create(inputs, "name");
  const job = await new JobManager(flink.url).activeJob(state.jobId);
  assert(job);
  const trace = "java.lang.ArithmeticException: / by zero";
  let started = 0;
  flink.submitted = (fresh) => {
    if (started++ === 0) setTimeout(() => Object.assign(fresh, { state: "FAILED", trace }), 2_000);
  };
  const failure = new StartFailed("job acme-filter does not run", trace);
  await expect(repair(job, inputs, failure)).rejects.toThrow(
    /^job acme-filter does not run: ArithmeticException: \/ by zero$/,
  );
  expect(flink.active()).toMatchObject([{ from: `/savepoints/of-${state.jobId}` }]);
});

it("without a savepoint, a job's successor starts from the newest checkpoint when the job has ended", async () => {
  const inputs = standInJob(flink);
  const { state } = await sqlJobHandler.create(inputs, "name");
  let checkpoint = "/checkpoints/chk-1";
  flink.instead = (request) => {
    if (request.startsWith("PATCH")) checkpoint = "/checkpoints/chk-2";
    if (request.endsWith("/checkpoints") && request.startsWith("GET"))
      return { latest: { completed: { id: 1, external_path: checkpoint } } };
    if (!request.includes("/savepoints/")) return undefined;
    return { status: { id: "COMPLETED" }, operation: { "failure-cause": { "stack-trace": "no disk" } } };
  };
  const { startedFrom } = await sqlJobHandler.update("id", state, { ...inputs, parallelism: 2 });
  expect(startedFrom).toBe("/checkpoints/chk-2");
});

it("after a failed update of a job that had ended, the next one starts from the checkpoint that is left", async () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-checkpoints-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const inputs = standInJob(flink, { recordDirectory: join(folder, "jobs"), checkpointDirectory: folder });
  const { state } = await sqlJobHandler.create(inputs, "name");
  for (const job of flink.jobs) job.state = "CANCELED";
  const removed = { latest: { completed: { id: 1, external_path: `${folder}/${state.jobId}/chk-1` } } };
  flink.instead = (request) => (request === `GET /jobs/${state.jobId}/checkpoints` ? removed : undefined);
  let left = "";
  flink.submitted = (job) => {
    left = join(folder, job.jid, "chk-7");
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, "_metadata"), "");
    Object.assign(job, { state: "FAILED", trace: "java.lang.ArithmeticException: / by zero" });
  };
  const changed = { ...inputs, parallelism: 2 };
  await expect(sqlJobHandler.update("id", state, changed)).rejects.toThrow("/ by zero");
  flink.jobs.length = 0;
  flink.submitted = () => {};
  expect(await sqlJobHandler.update("id", state, changed)).toMatchObject({ startedFrom: left });
});

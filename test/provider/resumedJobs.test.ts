import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it, vi } from "vitest";
import { projectDirectory } from "../../lib/paths.ts";
import { typeScriptCommand } from "../../lib/typeScriptCommand.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import {
  activeJobs,
  cancelAll,
  cancelBehindOurBack,
  create,
  sqlJob,
  untilCheckpointed,
} from "../support/sqlJobs.ts";

const recordDirectory = join(mkdtempSync(join(tmpdir(), "streaming-jobs-")), "jobs");
const inputs = sqlJob({ recordDirectory });

afterAll(async () => {
  await cancelAll([inputs.job]);
  rmSync(join(recordDirectory, ".."), { recursive: true });
});

/** What runs once a JobManager has been restarted. */
const [program = "", ...args] = typeScriptCommand(
  join(projectDirectory, "provider/flink/resumeJobs.ts"),
  recordDirectory,
);

async function resumeJobs(): Promise<string> {
  return (await promisify(execFile)(program, args)).stdout;
}

/** Starts it, and kills it after the wait, even if that fails. */
async function killedAfter<T>(wait: (run: ChildProcessWithoutNullStreams) => Promise<T>): Promise<T> {
  const run = spawn(program, args);
  try {
    return await wait(run);
  } finally {
    run.kill("SIGKILL");
  }
}

it("a job that the JobManager has forgotten is resumed without an up, and the next up finds it", async () => {
  const state = await create(inputs);
  const file = join(recordDirectory, `${inputs.job}.json`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await untilCheckpointed(state);
  expect(await resumeJobs()).toBe("");

  await cancelBehindOurBack(state);
  expect(await resumeJobs()).toMatch(
    new RegExp(`supervisor - job ${inputs.job} runs again, from .*/chk-\\d+\n$`),
  );
  const [job] = await activeJobs(inputs.job);
  expect(job?.jid).not.toBe(state.jobId);
  expect(await sqlJobHandler.read("id", state)).toMatchObject({ jobId: job?.jid, state: "RUNNING" });
  expect(await sqlJobHandler.diff(state, inputs)).toEqual({ changed: false });

  // It is lost a second time before any up: the checkpoint of the resumed job is the one that counts.
  const second = { ...state, jobId: job?.jid ?? "" };
  await untilCheckpointed(second);
  await cancelBehindOurBack(second);
  const updated = await sqlJobHandler.update("id", state, inputs);
  expect(updated.startedFrom).toContain(`/${second.jobId}/chk-`);

  await sqlJobHandler.delete("id", state);
  expect(await activeJobs(inputs.job)).toEqual([]);
  expect(readdirSync(recordDirectory)).toEqual([]);
});

it("a job whose resumption was killed resumes from the checkpoints that it has taken since", async () => {
  const killed = sqlJob({ recordDirectory });
  const state = await create(killed);
  await untilCheckpointed(state);
  await cancelBehindOurBack(state);
  // At the first moment at which the job is known to Flink, before it counts as running.
  const submitted = async () => (await activeJobs(killed.job))[0];
  const { jid } = await killedAfter(() => vi.waitUntil(submitted, { timeout: 60_000, interval: 20 }));
  const resumed = { ...state, jobId: jid };
  await untilCheckpointed(resumed);
  await cancelBehindOurBack(resumed);
  const updated = await sqlJobHandler.update("id", state, killed);
  expect(updated.startedFrom).toContain(`/${resumed.jobId}/chk-`);
  await sqlJobHandler.delete("id", updated);
});

it("the savepoint of a job that is stopped for an update is recorded before the next one is submitted", async () => {
  const changing = sqlJob({ recordDirectory });
  const state = await create(changing);
  await untilCheckpointed(state);
  const file = join(recordDirectory, `${changing.job}.json`);
  const before = readFileSync(file, "utf8");
  const updating = sqlJobHandler.update("id", state, { ...changing, parallelism: 2 });
  await vi.waitUntil(() => readFileSync(file, "utf8") !== before, { timeout: 60_000, interval: 5 });
  const { startedFrom } = JSON.parse(readFileSync(file, "utf8"));
  expect(await activeJobs(changing.job)).toEqual([]);
  expect(startedFrom).toContain("/savepoint-");
  const updated = await updating;
  expect(updated.startedFrom).toBe(startedFrom);
  await sqlJobHandler.delete("id", updated);
});

it("an update undoes a change that an earlier, killed one had already submitted", async () => {
  const reverted = sqlJob({ recordDirectory });
  const state = await create(reverted);
  await untilCheckpointed(state);
  const changed = { ...reverted, parallelism: 2 };
  const submitted = await sqlJobHandler.update("id", state, changed);
  // The engine never learned of it.
  expect(await sqlJobHandler.diff(state, reverted)).toMatchObject({ changed: true });
  const updated = await sqlJobHandler.update("id", state, reverted);
  expect(updated.startedFrom).toContain("/savepoint-");
  expect(updated.parallelism).toBe(reverted.parallelism);
  expect(await activeJobs(reverted.job)).toMatchObject([{ jid: updated.jobId }]);
  expect(updated.jobId).not.toBe(submitted.jobId);
  expect(await sqlJobHandler.diff(updated, reverted)).toEqual({ changed: false });
  await sqlJobHandler.delete("id", updated);
});

it("a resumption without an up does not discard state, even if an up may", async () => {
  const allowed = sqlJob({ recordDirectory, freshStart: true });
  const state = await create(allowed);
  await untilCheckpointed(state);
  await cancelBehindOurBack(state);
  rmSync(join(allowed.checkpointDirectory ?? "", state.jobId), { recursive: true });
  let log = "";
  await killedAfter((run) => {
    run.stdout.on("data", (text) => {
      log += text;
    });
    return vi.waitUntil(() => log.includes("does not run yet"), { timeout: 60_000 });
  });
  expect(await activeJobs(allowed.job)).toEqual([]);
  const updated = await sqlJobHandler.update("id", state, allowed);
  expect(updated.startedFrom).toBe("committed offsets");
  await sqlJobHandler.delete("id", updated);
});

it("two runs that resume a lost job at the same time start it once", async () => {
  const twice = sqlJob();
  const state = await create(twice);
  await untilCheckpointed(state);
  await cancelBehindOurBack(state);
  const [one, other] = await Promise.all([
    sqlJobHandler.update("id", state, twice),
    sqlJobHandler.update("id", state, twice),
  ]);
  expect(one.startedFrom).toContain(`/${state.jobId}/chk-`);
  expect(other).toEqual(one);
  expect(await activeJobs(twice.job)).toMatchObject([{ jid: one.jobId, state: "RUNNING" }]);
  await sqlJobHandler.delete("id", one);
});

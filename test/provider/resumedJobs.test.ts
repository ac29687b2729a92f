import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
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
async function resumeJobs(): Promise<string> {
  const [program = "", ...args] = typeScriptCommand(
    join(projectDirectory, "provider/flink/resumeJobs.ts"),
    recordDirectory,
  );
  return (await promisify(execFile)(program, args)).stdout;
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

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { asSubmittedLast, recordedJobs } from "../../provider/flink/jobRecord.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";

it("a record that was cut off does not keep other jobs from being resumed", () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-records-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "local-filter.json"), '{"job":"local-filter"}');
  writeFileSync(join(folder, "local-trend.json"), '{"job":"local-tr');
  expect(recordedJobs(folder)).toEqual({
    jobs: [{ job: "local-filter" }],
    unreadable: [join(folder, "local-trend.json")],
  });
});

it("there is nothing to resume before the first job was recorded", () => {
  expect(recordedJobs(join(tmpdir(), "no-such-folder"))).toEqual({ jobs: [], unreadable: [] });
});

it("a file in the working folder is not the record of a job that is not recorded", () => {
  const folder = mkdtempSync(join(tmpdir(), "streaming-records-"));
  const before = process.cwd();
  onTestFinished(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, "local-filter.json"), '{"job":"local-filter","owner":"ours","jobId":"another"}');
  process.chdir(folder);
  const state = { job: "local-filter", owner: "ours", jobId: "one" } as SqlJobState;
  expect(asSubmittedLast(state)).toBe(state);
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { recordedJobs } from "../../provider/flink/jobRecord.ts";

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

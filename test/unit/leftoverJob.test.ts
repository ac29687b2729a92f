import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { FlinkStandIn, type StandInJob } from "../support/flinkStandIn.ts";
import { readingTopic, standInJob } from "../support/standInJob.ts";

/*
 * An `up` was killed after it had submitted a job and before it had recorded it. The next one finds the job.
 */

let flink: FlinkStandIn;
let leftover: StandInJob;
const warning = vi.spyOn(console, "warn");

beforeEach(async () => {
  warning.mockReset().mockReturnValue();
  flink = await FlinkStandIn.start();
  await sqlJobHandler.create(standInJob(flink), "name");
  [leftover] = flink.jobs as [StandInJob];
});
afterEach(() => flink.close());

it("a job that an interrupted up left starts afresh if the topic that it reads has been corrected", async () => {
  const tables = [readingTopic("measurements"), "CREATE TABLE sink (v BIGINT)"];
  const { state } = await sqlJobHandler.create(standInJob(flink, { tables }), "name");
  expect(state.startedFrom).toBe("committed offsets");
  expect(flink.active()).toMatchObject([{ jid: state.jobId, from: undefined }]);
  expect(warning.mock.calls).toEqual([
    [expect.stringContaining("could not resume from its previous state (it is about other topics)")],
  ]);
});

it("the state of a job that an interrupted up left is not used for other topics if the corrected job does not start", async () => {
  const tables = [readingTopic("measurements"), "CREATE TABLE sink (v BIGINT)"];
  flink.submitted = () => {
    flink.submitted = () => {};
    throw new Error("refused");
  };
  await expect(sqlJobHandler.create(standInJob(flink, { tables }), "name")).rejects.toThrow();
  expect(flink.active()).toEqual([]);
  const { state } = await sqlJobHandler.create(standInJob(flink, { tables }), "name");
  expect(state.startedFrom).toBe("committed offsets");
  expect(flink.jobs.map(({ from }) => from)).toEqual([undefined, undefined]);
});

it("a job that an interrupted up left continues from its state if nothing has changed", async () => {
  const { state } = await sqlJobHandler.create(standInJob(flink), "name");
  expect(state.startedFrom).toBe(`/savepoints/of-${leftover.jid}`);
  expect(flink.active()).toMatchObject([{ jid: state.jobId, from: state.startedFrom }]);
});

it("a job that an interrupted up of an earlier version left, without its topics, continues from its state", async () => {
  delete leftover.labels["streaming.topics"];
  const { state } = await sqlJobHandler.create(standInJob(flink), "name");
  expect(state.startedFrom).toBe(`/savepoints/of-${leftover.jid}`);
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { recordedJobs } from "../../provider/flink/jobRecord.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { FlinkStandIn } from "../support/flinkStandIn.ts";
import { standInJob } from "../support/standInJob.ts";

const engine = vi.hoisted(() => ({ gone: new AbortController() }));
vi.mock("../../provider/engineWatch.ts", () => ({
  get engineGone() {
    return engine.gone.signal;
  },
}));

const flink = await FlinkStandIn.start();
const recordDirectory = mkdtempSync(join(tmpdir(), "streaming-records-"));
afterAll(() => {
  flink.close();
  rmSync(recordDirectory, { recursive: true });
});

/** What the next `up` finds. */
function startAgain() {
  engine.gone = new AbortController();
  flink.submitted = () => {};
  flink.instead = () => undefined;
}

/** Kills the engine while it waits for the next job to run. */
function killOnceSubmitted() {
  flink.submitted = ({ jid }) => {
    flink.instead = (request) => {
      if (request.startsWith(`GET /jobs/${jid}/exceptions`)) engine.gone.abort(new Error(KILLED));
      return undefined;
    };
  };
}

const KILLED = "the Pulumi engine was killed";

it("if the engine is killed while a successor starts, the successor runs on, and the next up finds it", async () => {
  const inputs = { ...standInJob(flink), recordDirectory };
  const { state } = await sqlJobHandler.create(inputs, "name");
  const changed = { ...inputs, statement: "INSERT INTO sink SELECT v + 1 FROM source" };
  killOnceSubmitted();
  await expect(sqlJobHandler.update("id", state, changed)).rejects.toThrow(KILLED);

  const savepoint = `/savepoints/of-${state.jobId}`;
  const [successor, ...others] = flink.active();
  expect(others).toEqual([]);
  expect(successor).toMatchObject({ statement: changed.statement, from: savepoint });
  expect(recordedJobs(recordDirectory).jobs).toMatchObject([
    { jobId: successor?.jid, statement: changed.statement, startedFrom: savepoint },
  ]);

  startAgain();
  expect(await sqlJobHandler.update("id", state, changed)).toMatchObject({ jobId: successor?.jid });
  expect(flink.jobs).toHaveLength(2);
});

it("if the engine is killed while a job without state starts, the job is cancelled", async () => {
  startAgain();
  flink.jobs.length = 0;
  killOnceSubmitted();
  const creation = sqlJobHandler.create(standInJob(flink), "name");
  await expect(creation).rejects.toThrow(KILLED);
  expect(flink.jobs).toMatchObject([{ state: "CANCELED" }]);
});

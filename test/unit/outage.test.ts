import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JobManager } from "../../clients/flink/jobManager.ts";
import { despiteOutages } from "../../clients/flink/outage.ts";
import { FlinkUnreachable } from "../../clients/flink/restApi.ts";
import { untilRunning } from "../../provider/flink/jobProgress.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import { FlinkStandIn, type Instead } from "../support/flinkStandIn.ts";
import { freePorts } from "../support/ports.ts";
import { standInJob } from "../support/standInJob.ts";

let flink: FlinkStandIn;
beforeEach(async () => {
  flink = await FlinkStandIn.start();
});
afterEach(() => flink.close());

/** Answers the first request of each of these kinds with something else. */
function once(instead: Exclude<Instead, undefined>, ...kinds: RegExp[]) {
  const left = [...kinds];
  flink.instead = (request) => {
    const kind = left.findIndex((each) => each.test(request));
    if (kind < 0) return undefined;
    left.splice(kind, 1);
    return instead;
  };
}

describe.each<[string, Exclude<Instead, undefined>]>([
  ["no answer", "reset"],
  ["a proxy's 502", 502],
])("a question that gets %s", (_, instead) => {
  it("is asked again while a job stops", async () => {
    const { state } = await sqlJobHandler.create(standInJob(flink), "name");
    once(instead, /\/savepoints\//);
    const path = await new JobManager(flink.url).stopWithSavepoint(state.jobId);
    expect(path).toBe(`/savepoints/of-${state.jobId}`);
  });

  it("is asked again while a job starts", async () => {
    const { state } = await sqlJobHandler.create(standInJob(flink), "name");
    once(instead, /\/exceptions/);
    await untilRunning(new JobManager(flink.url), state.jobId, []);
  });

  it("is asked again while a job is cancelled", async () => {
    const { state } = await sqlJobHandler.create(standInJob(flink), "name");
    flink.instead = (request) => {
      if (request.startsWith("PATCH")) once(instead, /overview/);
      return undefined;
    };
    await new JobManager(flink.url).cancel(state.jobId);
    expect(flink.active()).toEqual([]);
  });

  it("is not asked again outside such a wait", async () => {
    once(instead, /overview/);
    await expect(new JobManager(flink.url).jobs()).rejects.toThrow(/^the JobManager at \S+ does not answer/);
    expect(flink.requests).toEqual(["GET /jobs/overview"]);
  });

  it("is an error that says what to do if it was to stop a job, which is then left alone", async () => {
    const inputs = standInJob(flink);
    const { state } = await sqlJobHandler.create(inputs, "name");
    once(instead, /^POST .*\/stop/);
    await expect(sqlJobHandler.update("id", state, { ...inputs, parallelism: 2 })).rejects.toThrow(
      /^the JobManager at \S+ does not answer.*\. The job acme-filter may have stopped nevertheless: call `up` again\.$/,
    );
    expect(flink.active()).toMatchObject([{ jid: state.jobId }]);
  });
});

it("a wait ends if there has been no answer for some time", async () => {
  const unanswered = new FlinkUnreachable("the JobManager does not answer: ECONNRESET");
  const condition = despiteOutages(() => Promise.reject(unanswered), 100);
  expect(await condition()).toBe(undefined);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await expect(condition()).rejects.toBe(unanswered);
});

it("a wait ends at once if the JobManager refuses connections, because it has ended", async () => {
  const [port] = await freePorts(1);
  const jobs = () => new JobManager(`http://127.0.0.1:${port}`).jobs();
  await expect(despiteOutages(jobs)()).rejects.toThrow(/ECONNREFUSED$/);
});

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { FlinkUnreachable } from "../../clients/flink/restApi.ts";
import { findForDeletion, locateJob } from "../../provider/flink/locateJob.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { freePorts } from "../support/ports.ts";

const servers: Server[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) server.close();
});

/** The address of a server that gives the same answer to every request. */
async function answering(body: string): Promise<string> {
  const server = createServer((_, response) => void response.end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A JobManager on which these jobs run. */
const jobManager = (...ids: string[]) =>
  answering(
    JSON.stringify({
      jobs: ids.map((jid) => ({
        jid,
        name: "acme-filter",
        state: "RUNNING",
        tasks: { total: 1, running: 1 },
      })),
      exceptionHistory: { entries: [] },
      "slots-total": 1,
      "slots-available": 0,
    }),
  );

/** The address of a server that is away. */
async function nowhere(): Promise<string> {
  const [port] = await freePorts(1);
  return `http://127.0.0.1:${port}`;
}

const submittedTo = (jobManagerUrl: string, change: Partial<SqlJobState> = {}): SqlJobState => ({
  gatewayUrl: "http://127.0.0.1:1",
  jobManagerUrl,
  job: "acme-filter",
  owner: "ours",
  tables: [],
  statement: "",
  settings: {},
  parallelism: 1,
  checkpointDirectory: "/checkpoints",
  incarnation: "",
  freshStart: false,
  freshStartSetting: "",
  jobId: "our-job",
  state: "RUNNING",
  startedFrom: "committed offsets",
  ...change,
});

const now = (jobManagerUrl: string) => ({ jobManagerUrl, gatewayUrl: "http://127.0.0.1:2" });

it("a job whose cluster moved to another address is found there, whoever answers at the former one", async () => {
  const there = now(await jobManager("our-job"));
  for (const before of [await nowhere(), await answering("another program"), await jobManager("our-job")]) {
    const former = submittedTo(before);
    const { state, running } = await locateJob(former, there);
    expect(running).toMatchObject({ id: "our-job" });
    expect(state).toEqual({ ...former, ...there });
  }
});

it("a job that ended with its JobManager, which moved, is lost, and resumes at the new address", async () => {
  const warning = vi.spyOn(console, "warn").mockReturnValue();
  const there = now(await jobManager());
  for (const before of [await nowhere(), await answering("another program")]) {
    const former = submittedTo(before);
    expect(await locateJob(former, there)).toEqual({ state: { ...former, ...there }, running: undefined });
  }
  expect(warning).not.toHaveBeenCalled();
});

it("a job that runs in another cluster than the one at the new address is found in its own", async () => {
  const former = submittedTo(await jobManager("our-job"));
  const { state, running } = await locateJob(former, now(await jobManager("somebody-elses")));
  expect(running).toMatchObject({ id: "our-job" });
  expect(state).toEqual(former);
});

it("a job that may still run in a cluster of somebody else, which does not answer, is warned about", async () => {
  const warning = vi.spyOn(console, "warn").mockReturnValue();
  const { checkpointDirectory: _, ...former } = submittedTo(await nowhere());
  const there = now(await jobManager());
  expect(await locateJob(former, there)).toEqual({ state: { ...former, ...there }, running: undefined });
  expect(warning.mock.calls).toEqual([
    [
      `warning: [runtime] job acme-filter was submitted to the JobManager at ${former.jobManagerUrl}, which no longer ` +
        `answers, and does not run at ${there.jobManagerUrl}: it is started there. If the former cluster still exists, ` +
        "cancel its job our-job, which would write everything twice",
    ],
  ]);
});

it("a JobManager that does not answer at its present address is an error", async () => {
  const there = now(await nowhere());
  for (const before of [there.jobManagerUrl, await jobManager("our-job")]) {
    await expect(locateJob(submittedTo(before), there)).rejects.toBeInstanceOf(FlinkUnreachable);
  }
});

it("deleting a job succeeds if its JobManager moved, unless the job may run on without us knowing its address", async () => {
  expect(await findForDeletion(submittedTo(await jobManager("our-job")))).toMatchObject({ id: "our-job" });
  const { checkpointDirectory: _, ...elsewhere } = submittedTo(await nowhere());
  expect(await findForDeletion({ ...elsewhere, checkpointDirectory: "/checkpoints" })).toBe(undefined);
  await expect(findForDeletion(elsewhere)).rejects.toBeInstanceOf(FlinkUnreachable);
});

it("an update leaves a job running whose cluster only moved to another address, and a delete accepts that it moved", async () => {
  const former = submittedTo(await nowhere());
  const { jobId, state, startedFrom, ...inputs } = { ...former, ...now(await jobManager("our-job")) };
  expect(await sqlJobHandler.update("id", former, inputs)).toEqual({ ...inputs, jobId, state, startedFrom });
  await sqlJobHandler.delete("id", former);
});

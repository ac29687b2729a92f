import { join } from "node:path";
import { inject } from "vitest";
import { isActive, type JobOverview } from "../../clients/flink/job.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { latestCheckpoint } from "../../provider/flink/checkpoints.ts";
import { sqlJobHandler } from "../../provider/flink/sqlJob.ts";
import type { SqlJobInputs, SqlJobState } from "../../provider/flink/sqlJobInputs.ts";
import { uniqueName } from "./names.ts";
import { until } from "./topics.ts";

const { flink, logs = "" } = inject("services");

const NUMBERS = "CREATE TABLE numbers (v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '20')";
const NOTHING = "CREATE TABLE nothing (v BIGINT) WITH ('connector' = 'blackhole')";

/** Inputs of a job with a unique name; by default from random numbers to nowhere. */
export function sqlJob(inputs: Partial<SqlJobInputs> = {}): SqlJobInputs {
  return {
    gatewayUrl: flink.gatewayUrl,
    jobManagerUrl: flink.webUrl,
    job: uniqueName("job"),
    owner: "this-test-run",
    tables: [NUMBERS, NOTHING],
    statement: "INSERT INTO nothing SELECT v FROM numbers",
    settings: {},
    parallelism: 1,
    checkpointDirectory: join(logs, "../flink-jobmanager/storage/checkpoints"),
    incarnation: "first",
    freshStart: false,
    freshStartSetting: "the setting freshStart: [test]",
    ...inputs,
  };
}

/** Creates a job, as the engine would. */
export async function create(inputs: SqlJobInputs): Promise<SqlJobState> {
  return (await sqlJobHandler.create(inputs, inputs.job)).state;
}

/** The jobs with this name that have not ended, according to the JobManager. */
export async function activeJobs(name: string): Promise<JobOverview[]> {
  const response = await fetch(`${flink.webUrl}/jobs/overview`);
  const { jobs } = (await response.json()) as { jobs: JobOverview[] };
  return jobs.filter((job) => job.name === name && isActive(job));
}

/** Cancels a job behind the provider's back. */
export async function cancelBehindOurBack({ job, jobId }: SqlJobState): Promise<void> {
  await fetch(`${flink.webUrl}/jobs/${jobId}?mode=cancel`, { method: "PATCH" });
  await until(async () => (await activeJobs(job)).length === 0, `the end of ${job}`);
}

/** Takes a savepoint behind the provider's back and either stops the job with it or lets it run; returns its path. */
export async function savepoint({ jobId }: SqlJobState, action: "stop" | "savepoints"): Promise<string> {
  const url = `${flink.webUrl}/jobs/${jobId}`;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/${action}`, { method: "POST", headers, body: "{}" });
  const { "request-id": request } = (await response.json()) as { "request-id": string };
  let path: string | undefined;
  await until(async () => {
    const result = await (await fetch(`${url}/savepoints/${request}`)).json();
    path = (result as { operation?: { location?: string } }).operation?.location;
    return path !== undefined;
  }, "the savepoint");
  return path ?? "";
}

/** Cancels all jobs with these names. */
export async function cancelAll(names: Iterable<string>): Promise<void> {
  for (const name of names) {
    for (const { jid } of await activeJobs(name)) {
      await fetch(`${flink.webUrl}/jobs/${jid}?mode=cancel`, { method: "PATCH" });
    }
  }
}

/** Waits until a checkpoint that started after this call is complete. */
export async function untilCheckpointed(state: SqlJobState): Promise<void> {
  const number = async () => Number((await latestCheckpoint(state, state.jobId))?.split("chk-").at(-1) ?? 0);
  // Another one may already be in progress.
  const enough = (await number()) + 2;
  await until(async () => (await number()) >= enough, `a checkpoint of ${state.jobId}`);
}

/**
 * Waits until a consumer group has committed that it has read `count` messages of a topic with one partition.
 * A source with nothing to read commits every 10 s.
 */
export async function untilCommitted(group: string, topic: string, count: number): Promise<void> {
  const admin = kafkaClient(inject("services").kafka, "test").admin();
  await admin.connect();
  try {
    await until(async () => {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return Number(offsets?.partitions[0]?.offset) >= count;
    }, `the commit of ${count} messages by ${group}`);
  } finally {
    await admin.disconnect();
  }
}

/** The error with which a promise is rejected. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("it did not fail"),
    (reason: Error) => reason,
  );
  return error.message;
}

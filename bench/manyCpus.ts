import { setTimeout as sleep } from "node:timers/promises";
import { type KafkaConnection, kafkaClient } from "../clients/kafka/client.ts";
import { withPostgres } from "../clients/postgres/client.ts";
import { type PipelineName, pipelineNames, pipelineOf, sourceTopic } from "../components/pipelines.ts";
import { TestStack } from "../test/support/testStack.ts";
import { cpuSeconds, residentMegabytes } from "./support/process.ts";
import { committed, sumOf } from "./support/progress.ts";
import type { Report } from "./support/report.ts";
import { sendAtRate } from "./support/steadyRate.ts";

/** With five CPUs each. */
const HOSTS = 20_000;
const RATE = 10_000;
/** What docs/performance.md says is needed for this many CPUs. */
const SETTINGS = {
  "flink.taskManagerHeapMb": 8_192,
  "flink.checkpointIntervalMs": 10_000,
  "flink.thresholdCache": "10m",
};
/** Until windows close one after another and each host's threshold has been looked up. */
const WARM_UP_MS = 120_000;
const MEASURED_MS = 120_000;
const POLL_MS = 1_000;

/** All pipelines at once, with 10,000 readings/s of 100,000 CPUs: the rows/s that reach each and are read by it. */
export async function manyCpus(report: Report): Promise<void> {
  await TestStack.with(SETTINGS, async (stack) => {
    const { kafka, postgres, results } = stack.outputs;
    await withPostgres(postgres, (client) =>
      client.query(
        `INSERT INTO cpu_thresholds SELECT 'host-' || i, 95 FROM generate_series(0, ${HOSTS - 1}) AS i`,
      ),
    );
    const pipelines = pipelineNames.flatMap((name) => {
      const { reads } = pipelineOf(name);
      const output = reads === undefined ? { topic: sourceTopic } : results[reads as PipelineName];
      return output !== undefined && "topic" in output ? [{ name, topic: output.topic }] : [];
    });
    const producer = kafkaClient(kafka, "bench").producer();
    await producer.connect();
    const stop = new AbortController();
    const sending = sendAtRate(producer, { rate: RATE, tickMs: 10, signal: stop.signal }, reading);
    try {
      await sleep(WARM_UP_MS);
      const taskManager = stack.servers().find(({ name }) => name === "flink-taskmanager")?.pid ?? 0;
      const before = cpuSeconds(taskManager);
      for (const { name, came, read } of await rates(kafka, pipelines))
        report.add(`100,000 CPUs, ${name}`, { "rows/s come": came, "rows/s read": read });
      report.add("100,000 CPUs, TaskManager", {
        cores: (cpuSeconds(taskManager) - before) / (MEASURED_MS / 1_000),
        MB: residentMegabytes(taskManager),
      });
    } finally {
      stop.abort();
      await sending;
      await producer.disconnect();
    }
  });
}

/** The rows that arrive in each pipeline's topic, and those it reads between its first and its last commit. */
async function rates(connection: KafkaConnection, pipelines: readonly { name: string; topic: string }[]) {
  const admin = kafkaClient(connection, "bench").admin();
  await admin.connect();
  try {
    const lookAt = async (count: Promise<number>) => ({ rows: await count, ms: performance.now() });
    const endOf = async (topic: string) => sumOf(await admin.fetchTopicOffsets(topic));
    const followed = await Promise.all(
      pipelines.map(async ({ name, topic }) => ({
        name,
        topic,
        begin: await lookAt(endOf(topic)),
        commits: [] as Look[],
      })),
    );
    const until = performance.now() + MEASURED_MS;
    while (performance.now() < until) {
      for (const { name, topic, commits } of followed) {
        const commit = await lookAt(committed(admin, `test-${name}`, topic));
        if (commit.rows !== commits.at(-1)?.rows) commits.push(commit);
      }
      await sleep(POLL_MS);
    }
    return await Promise.all(
      followed.map(async ({ name, topic, begin, commits }) => ({
        name,
        came: rate(begin, await lookAt(endOf(topic))),
        read: rate(commits[0], commits.at(-1)),
      })),
    );
  } finally {
    await admin.disconnect();
  }
}

/** How many rows there were, and when. */
interface Look {
  readonly ms: number;
  readonly rows: number;
}

function rate(first: Look | undefined, last: Look | undefined): number {
  if (first === undefined || last === undefined || first === last) return 0;
  return ((last.rows - first.rows) / (last.ms - first.ms)) * 1_000;
}

const reading = (index: number, _inRequest: number, time: number) =>
  JSON.stringify({
    hostname: `host-${index % HOSTS}`,
    cpu: `cpu${(Math.floor(index / HOSTS) % 5) + 1}`,
    usage: ((index * 7_919) % 10_001) / 100,
    occurred_at: time,
  });

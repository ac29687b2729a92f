import { execFileSync } from "node:child_process";
import { JobManager } from "../clients/flink/jobManager.ts";
import { kafkaClient } from "../clients/kafka/client.ts";
import type { Output } from "../clients/results/output.ts";
import { flinkTime } from "../test/oracle/model/time.ts";
import { TestStack } from "../test/support/testStack.ts";
import { until } from "../test/support/topics.ts";
import type { Report } from "./support/report.ts";

/** Numbers of CPUs, each with a day of windows this far apart. There is a sum for each half hour of the day. */
const LOADS = [
  { cpus: 1_000, everyMinutes: 5 },
  { cpus: 10_000, everyMinutes: 30 },
  { cpus: 100_000, everyMinutes: 180 },
] as const;
/** What docs/detection.md says is needed for this many CPUs. */
const HEAP_MB = 5_900;
const GROUP = "test-expect";
const START = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BATCH = 2_000;
const MOST_MS = 300_000;

/** A load and the day of its windows. Each load has its own CPUs. */
type Load = (typeof LOADS)[number] & { readonly day: number };

/** The size of the learned state per CPU: in bytes of checkpoint and of TaskManager heap. */
export async function learnedState(report: Report): Promise<void> {
  const settings = {
    pipelines: ["aggregate", "expect"],
    "openSearch.enabled": false,
    "notifier.enabled": false,
    "kafka.partitions": 1,
    "flink.taskManagerHeapMb": HEAP_MB,
  };
  await TestStack.with(settings, async (stack) => {
    for (const [index, load] of LOADS.entries()) await measure(stack, { ...load, day: 2 * index }, report);
  });
}

async function measure(stack: TestStack, load: Load, report: Report): Promise<void> {
  const { kafka, results, flink } = stack.outputs;
  const [averages, expected] = [topicOf(results.aggregate), topicOf(results.expect)];
  const taskManager = stack.servers().find(({ name }) => name === "flink-taskmanager");
  const [job] = await new JobManager(flink.webUrl).activeJobsNamed(GROUP);
  if (taskManager === undefined || job === undefined)
    throw new Error("the stack has no TaskManager, or no job");

  const before = { state: await stateBytes(flink.webUrl, job.id), heap: heapBytes(taskManager.pid) };
  const startedAt = performance.now();
  const client = kafkaClient(kafka, "bench");
  const [producer, admin] = [client.producer(), client.admin()];
  await Promise.all([producer.connect(), admin.connect()]);
  const written = async () =>
    (await admin.fetchTopicOffsets(expected)).reduce((sum, { offset }) => sum + Number(offset), 0);
  const enough = (await written()) + (load.cpus * DAY_MS) / (load.everyMinutes * MINUTE_MS);
  for (const messages of batches(load)) await producer.send({ topic: averages, messages });
  await until(async () => (await written()) >= enough, "a row for each window", MOST_MS);
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  const state = (await stateBytes(flink.webUrl, job.id)) - before.state;
  const seconds = (performance.now() - startedAt) / 1000;
  const heap = heapBytes(taskManager.pid) - before.heap;
  report.add(`${load.cpus} CPUs, a day with windows every ${load.everyMinutes} min`, {
    "KB of state a CPU": state / load.cpus / 1_000,
    "KB of heap a CPU": heap / load.cpus / 1_000,
    "MB of heap": heap / 1_000_000,
    seconds,
  });
}

function topicOf(output: Output | undefined): string {
  if (output === undefined || !("topic" in output)) throw new Error("the pipeline has no topic");
  return output.topic;
}

/** Loads with a habit and some noise, followed by a row that closes their windows. */
function* batches({ cpus, everyMinutes, day }: Load) {
  let batch: { key: string; value: string }[] = [];
  const start = START + day * DAY_MS;
  for (let minutes = 0; minutes < 24 * 60; minutes += everyMinutes) {
    for (let index = 0; index < cpus; index++) {
      const turn = minutes / 5;
      const usage = 40 + 15 * Math.cos((turn / 144) * Math.PI) + (((turn + index) * 7_919) % 41) / 8;
      batch.push(messageOf(start + minutes * MINUTE_MS, day, index, usage, ((turn * index) % 23) / 8));
      if (batch.length === BATCH) {
        yield batch;
        batch = [];
      }
    }
  }
  yield [...batch, messageOf(start + DAY_MS + 10 * MINUTE_MS, day, 0, 40, 0)];
}

function messageOf(start: number, day: number, index: number, usage: number, above: number) {
  const series = { hostname: `host-${day}-${Math.floor(index / 5)}`, cpu: `cpu${(index % 5) + 1}` };
  const window = { window_start: flinkTime(start), window_end: flinkTime(start + 30_000) };
  const row = { ...window, ...series, usage_avg: usage, usage_max: usage + above };
  return { key: JSON.stringify(series), value: JSON.stringify(row) };
}

/** The size of a checkpoint that starts after this call. */
async function stateBytes(url: string, job: string): Promise<number> {
  const newest = async () => {
    const response = await fetch(`${url}/jobs/${job}/checkpoints`);
    const { latest } = (await response.json()) as {
      latest: { completed?: { id: number; state_size: number } };
    };
    return latest.completed ?? { id: 0, state_size: 0 };
  };
  // Another one may already be in progress.
  const enough = (await newest()).id + 2;
  await until(async () => (await newest()).id >= enough, "a checkpoint", MOST_MS);
  return (await newest()).state_size;
}

/** The heap in use after a garbage collection. */
function heapBytes(pid: number): number {
  const jcmd = (command: string) => execFileSync("jcmd", [String(pid), command], { encoding: "utf8" });
  jcmd("GC.run");
  // "def new generation   total 92160K, used 4821K [...", and the same for the tenured generation.
  const used = [...jcmd("GC.heap_info").matchAll(/generation +total \d+K, used (\d+)K/g)];
  return used.reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1_024, 0);
}

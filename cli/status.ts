import pc from "picocolors";
import { kafkaClient } from "../clients/kafka.ts";
import { withPostgres } from "../clients/postgres.ts";
import { JobManager } from "../provider/flink/jobManager.ts";
import { isAlive } from "../provider/process/identity.ts";
import { residentMegabytes } from "../provider/process/memory.ts";
import type { StackOutputs } from "./outputs.ts";
import { table } from "./summary.ts";

/** A resource as the engine's state holds it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** How a stack is at the moment, in sections; what does not answer is said in its place. */
export async function describeStatus(
  resources: readonly StateResource[],
  outputs: StackOutputs,
): Promise<string> {
  const sections = [
    ["Servers", servers(resources)],
    ["Jobs", await orWhyNot(() => jobs(resources, outputs))],
    ["Topics (offsets, with a marker for each commit)", await orWhyNot(() => topics(outputs))],
    ["Thresholds (percent)", await orWhyNot(() => thresholds(outputs))],
  ];
  return sections.map(([title, body]) => `${pc.underline(title)}\n${body}`).join("\n\n");
}

function servers(resources: readonly StateResource[]): string {
  let total = 0;
  const rows = ofType(resources, "streaming:process:Server").map(({ urn, outputs = {} }) => {
    const { pid, startedAt, logFile } = outputs as { pid: number; startedAt: string; logFile: string };
    const alive = isAlive({ pid, startedAt });
    const megabytes = alive ? residentMegabytes(pid) : 0;
    total += megabytes;
    return [
      nameOf(urn),
      alive ? pc.green("running") : pc.red("dead"),
      `pid ${pid}`,
      `${megabytes} MB`,
      logFile,
    ];
  });
  return `${table(rows)}\n  ${total} MB resident in all`;
}

async function jobs(resources: readonly StateResource[], { flink }: StackOutputs): Promise<string> {
  const jobManager = new JobManager(flink.webUrl);
  const rows = ofType(resources, "streaming:flink:SqlJob").map(async ({ outputs = {} }) => {
    const { job } = outputs as { job: string };
    const active = await jobManager.activeJobNamed(job);
    const state =
      active === undefined
        ? pc.red("lost")
        : active.state === "RUNNING"
          ? pc.green("RUNNING")
          : pc.yellow(active.state);
    return [job, state, active?.id ?? ""];
  });
  return table(await Promise.all(rows));
}

async function topics({ kafka, sourceTopic, results }: StackOutputs): Promise<string> {
  const admin = kafkaClient(kafka, "streaming-status", { retry: { retries: 1 } }).admin();
  await admin.connect();
  try {
    const written = Object.values(results).flatMap((output) => ("topic" in output ? [output.topic] : []));
    const rows = [sourceTopic, ...written].map(async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      const reached = offsets.reduce((sum, { high }) => sum + Number(high), 0);
      return [topic, reached.toLocaleString("en-GB"), `${offsets.length} partitions`];
    });
    return table(await Promise.all(rows));
  } finally {
    await admin.disconnect();
  }
}

async function thresholds({ postgres }: StackOutputs): Promise<string> {
  const { rows } = await withPostgres(postgres, (client) =>
    client.query<{ hostname: string; allowed_top: number }>(
      "SELECT hostname, allowed_top FROM cpu_thresholds ORDER BY allowed_top, hostname",
    ),
  );
  return table(rows.map(({ hostname, allowed_top }) => [hostname, String(allowed_top)]));
}

async function orWhyNot(describe: () => Promise<string>): Promise<string> {
  try {
    return await describe();
  } catch (error) {
    return `  ${pc.red((error as Error).message)}`;
  }
}

const ofType = (resources: readonly StateResource[], type: string) =>
  resources.filter((resource) => resource.type === type);

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

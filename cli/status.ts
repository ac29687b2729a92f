import pc from "picocolors";
import { withPostgres } from "../clients/postgres.ts";
import { isAlive } from "../provider/process/identity.ts";
import { residentMegabytes } from "../provider/process/memory.ts";
import type { StackOutputs } from "./outputs.ts";
import { describeAlerts } from "./status/alerts.ts";
import { describeJobs } from "./status/jobs.ts";
import { describeLatency } from "./status/latency.ts";
import { describeResults } from "./status/results.ts";
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
    ["Servers", () => servers(resources)],
    ["Jobs", () => describeJobs(resources, outputs)],
    ["Records (of topics: offsets, with a marker for each commit)", () => describeResults(outputs)],
    ["Latency of the filter (from a reading's arrival in Kafka to a reader)", () => describeLatency(outputs)],
    ["Alerts", () => describeAlerts(outputs)],
    ["Thresholds (percent)", () => thresholds(outputs)],
  ] as const;
  const described = await Promise.all(
    sections.map(async ([title, describe]) => [title, await orWhyNot(describe)] as const),
  );
  return described.map(([title, body]) => `${pc.underline(title)}\n${body}`).join("\n\n");
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

async function thresholds({ postgres }: StackOutputs): Promise<string> {
  const { rows } = await withPostgres(postgres, (client) =>
    client.query<{ hostname: string; allowed_top: number }>(
      "SELECT hostname, allowed_top FROM cpu_thresholds ORDER BY allowed_top, hostname",
    ),
  );
  return table(rows.map(({ hostname, allowed_top }) => [hostname, String(allowed_top)]));
}

async function orWhyNot(describe: () => string | Promise<string>): Promise<string> {
  try {
    return await describe();
  } catch (error) {
    return `  ${pc.red((error as Error).message)}`;
  }
}

const ofType = (resources: readonly StateResource[], type: string) =>
  resources.filter((resource) => resource.type === type);

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

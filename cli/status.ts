import pc from "picocolors";
import { AivenClient } from "../clients/aiven.ts";
import { withPostgres } from "../clients/postgres.ts";
import { HOW_TO_GET_A_TOKEN } from "../components/aiven/preflight.ts";
import type { StackOutputs } from "./outputs.ts";
import { hasNotifier, type StateResource } from "./stateResources.ts";
import { describeServices, servicesOnAiven } from "./status/aivenServices.ts";
import { describeAlerts } from "./status/alerts.ts";
import { describeContainers } from "./status/containers.ts";
import { describeJobs } from "./status/jobs.ts";
import { describeLatency } from "./status/latency.ts";
import { describeLostReadings, LOST_MINUTES } from "./status/lostReadings.ts";
import { describeResults } from "./status/results.ts";
import { describeServers } from "./status/servers.ts";
import { table } from "./summary.ts";
import { UserError } from "./userError.ts";

/**
 * How a stack is at the moment, in sections; what does not answer is said in its place, and what a stack does not
 * have is left out.
 *
 * @param token for Aiven, needed where something of the stack is there
 */
export async function describeStatus(
  resources: readonly StateResource[],
  outputs: StackOutputs,
  token: string | undefined,
): Promise<string> {
  const onAiven = servicesOnAiven(resources, outputs);
  const aiven = () => {
    if (token === undefined) throw new UserError(`there is no token for Aiven: ${HOW_TO_GET_A_TOKEN}`);
    return new AivenClient(token);
  };
  const sections = [
    ["Services on Aiven", () => (onAiven.length === 0 ? "" : describeServices(onAiven, aiven()))],
    ["Servers", () => describeServers(resources)],
    ["Containers", () => describeContainers(outputs)],
    ["Jobs", () => describeJobs(resources, outputs, aiven)],
    ["Records (of topics: offsets, with a marker for each commit)", () => describeResults(outputs)],
    [`Readings that did not count in the last ${LOST_MINUTES} minutes`, () => describeLostReadings(outputs)],
    ["Latency of the filter (from a reading's arrival in Kafka to a reader)", () => describeLatency(outputs)],
    ["Alerts", () => (hasNotifier(resources) && outputs.logs ? describeAlerts(outputs.logs) : "")],
    ["Thresholds (percent)", () => thresholds(outputs)],
  ] as const;
  const described = await Promise.all(
    sections.map(async ([title, describe]) => [title, await orWhyNot(describe)] as const),
  );
  return described
    .filter(([, body]) => body !== "")
    .map(([title, body]) => `${pc.underline(title)}\n${body}`)
    .join("\n\n");
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

import { AivenClient } from "../../clients/aiven/client.ts";
import { isOnAiven } from "../../components/contract.ts";
import { describeServices, servicesOnAiven } from "../../components/hosts/aiven/status.ts";
import { HOW_TO_GET_A_TOKEN } from "../../components/hosts/aiven/token.ts";
import { describeContainers } from "../../components/hosts/docker/status.ts";
import { describeServers } from "../../components/hosts/local/status.ts";
import { hasNotifier, type StateResource } from "../../components/stateResources.ts";
import { UserError } from "../../lib/userError.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { describeAlerts } from "./status/alerts.ts";
import { describeJobs } from "./status/jobs.ts";
import { describeLatency } from "./status/latency.ts";
import { describeLostReadings, LOST_MINUTES } from "./status/lostReadings.ts";
import { describeResults } from "./status/results.ts";
import type { Section } from "./status/section.ts";
import { describeLocks, describeThresholds } from "./status/thresholds.ts";
import { describeUnfinished } from "./status/unfinished.ts";

/** Time for a measurement, with connecting and disconnecting. */
const MEASURING_MS = 20_000;

/**
 * How a stack is doing at the moment, in sections. What a stack does not have is left out.
 *
 * @param token for Aiven, needed if the stack has something on Aiven
 * @param failed what the last run was, if it failed
 */
export function statusOf(
  name: string,
  resources: readonly StateResource[],
  outputs: StackOutputs,
  token: string | undefined,
  failed: string | undefined,
): Section[] {
  const onAiven = servicesOnAiven(resources, outputs);
  const aiven = () => {
    if (token === undefined) throw new UserError(`there is no token for Aiven: ${HOW_TO_GET_A_TOKEN}`);
    return new AivenClient(token);
  };
  const { kafka, postgres, flink, docker, logs } = outputs;
  const broker = `Kafka at ${kafka.bootstrapServers}`;
  const database = `PostgreSQL at ${postgres.host}:${postgres.port}`;
  return [
    ...(failed === undefined ? [] : [unfinished(name, resources, failed)]),
    ...(onAiven.length === 0
      ? []
      : [section("Services on Aiven", "Aiven", () => describeServices(onAiven, aiven()))]),
    section("Servers", "this machine", () => describeServers(name, resources)),
    ...(docker === undefined
      ? []
      : [section("Containers", `Docker at ${docker.engine}`, () => describeContainers(name, docker))]),
    section("Jobs", isOnAiven(flink) ? "Aiven" : `Flink at ${flink.webUrl}`, () =>
      describeJobs(name, resources, outputs, aiven),
    ),
    section("Records (of topics: offsets, with a marker for each commit)", broker, () =>
      describeResults(outputs),
    ),
    section(`Readings that did not count in the last ${LOST_MINUTES} minutes`, broker, () =>
      describeLostReadings(outputs),
    ),
    {
      ...section("Latency of the filter (from a reading's arrival in Kafka to a reader)", broker, () =>
        describeLatency(outputs),
      ),
      deadline: MEASURING_MS,
    },
    ...(hasNotifier(resources) && logs
      ? [section("Alerts", "the notifier", () => describeAlerts(logs))]
      : []),
    section("Locks in PostgreSQL", database, () => describeLocks(postgres)),
    section("Thresholds (percent)", database, () => describeThresholds(postgres)),
  ];
}

/** The same for a stack of which no `up` has finished. */
export function statusOfUnfinished(name: string, resources: readonly StateResource[]): Section[] {
  return [
    section("Servers", "this machine", () => describeServers(name, resources)),
    unfinished(name, resources, "up"),
  ];
}

const unfinished = (name: string, resources: readonly StateResource[], run: string) =>
  section("What is there", "the state", () => describeUnfinished(name, resources, run));

const section = (title: string, asks: string, describe: Section["describe"]): Section => ({
  title,
  asks,
  describe,
});

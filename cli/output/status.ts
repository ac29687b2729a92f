import { readFile } from "node:fs/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { ChannelStatus, Status } from "../../apps/notifier/status.ts";
import { LOST_MINUTES } from "../../clients/results/lostReadings.ts";
import { isCluster } from "../../components/contract.ts";
import type { Deployed, Host } from "../../components/hosts/host.ts";
import { hosts } from "../../components/hosts/registry.ts";
import { thresholdTable } from "../../components/pipelines.ts";
import { describeJobs } from "../../components/selfManaged/jobStatus.ts";
import { isPlaced, nameOf, type StateResource } from "../../components/stateResources.ts";
import type { Report, Section } from "../../lib/section.ts";
import type { StackOutputs } from "../engine/outputs.ts";
import { describeLatency, describeLostReadings, describeResults } from "./results.ts";
import { describeLocks, describeThresholds } from "./thresholds.ts";

/** Time for a measurement, including connecting and disconnecting. */
const MEASURING_MS = 20_000;

/**
 * How a stack is doing at the moment, in sections. Sections that do not apply to the stack are left out.
 *
 * @param secret reads a value of the stack's configuration, decrypted
 * @param failed the last run, if it failed
 */
export function statusOf(
  name: string,
  resources: readonly StateResource[],
  outputs: StackOutputs,
  secret: Deployed["secret"],
  failed: string | undefined,
): Section[] {
  const { kafka, postgres, flink } = outputs;
  const deployed = { stack: name, resources, outputs: { ...outputs }, secret };
  const broker = `Kafka at ${kafka.bootstrapServers}`;
  const database = `PostgreSQL at ${postgres.host}:${postgres.port}`;
  return [
    ...(failed === undefined ? [] : [unfinished(name, resources, failed)]),
    ...ofHosts(deployed),
    ...(isCluster(flink)
      ? [section("Jobs", `Flink at ${flink.webUrl}`, () => describeJobs(name, resources, flink.webUrl))]
      : []),
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
    ...notifierFilesOf(deployed).map(({ status }) =>
      section("Alerts", "the notifier", () => describeAlerts(status)),
    ),
    section("Locks in PostgreSQL", database, () => describeLocks(postgres)),
    section("Thresholds (percent)", database, () =>
      describeThresholds(postgres, outputs.thresholdTable ?? thresholdTable),
    ),
  ];
}

/** The same for a stack without a finished `up`. */
export function statusOfUnfinished(name: string, resources: readonly StateResource[]): Section[] {
  return [
    ...ofHosts({ stack: name, resources, outputs: undefined, secret: async () => undefined }),
    unfinished(name, resources, "up"),
  ];
}

const ofHosts = (deployed: Deployed) => hosts.flatMap((host: Host) => host.status?.(deployed) ?? []);

/** What the notifier writes on this machine, if it runs here. */
export const notifierFilesOf = (deployed: Deployed) =>
  hosts.flatMap((host: Host) => host.notifierFiles?.(deployed) ?? []);

const unfinished = (name: string, resources: readonly StateResource[], run: string) =>
  section("What is there", "the state", () => describeUnfinished(name, resources, run));

const section = (title: string, asks: string, describe: Section["describe"]): Section => ({
  title,
  asks,
  describe,
});

/** How a notifier that writes its status to a file is doing. */
export async function describeAlerts(file: string): Promise<Report> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return { rows: [], notes: ["the notifier has not started yet"], troubles: [] };
  }
  const { channels, lastError }: Status = JSON.parse(text);
  const failures = channels.flatMap((each) =>
    each.lastError === undefined
      ? []
      : [`Alerts are not posted to ${each.name} at the moment: ${each.lastError}`],
  );
  const shared = lastError === undefined ? [] : [`The notifier: ${lastError}`];
  return { rows: channels.flatMap(channelRows), troubles: [...failures, ...shared] };
}

function channelRows({ name, openAlerts, silenced, posted }: ChannelStatus): string[][] {
  const held = silenced === 0 ? "" : `, ${silenced} silenced`;
  return [
    [`ongoing alerts, posted to ${name}`, `${openAlerts}${held}`],
    [`messages to ${name} so far`, String(posted)],
  ];
}

/** The last run on a stack, if it failed: `up`, `destroy` or `refresh`; undefined otherwise. */
export async function lastFailure(stack: Stack): Promise<string | undefined> {
  const last = await stack.info(false);
  if (last?.result !== "failed") return undefined;
  return last.kind === "update" ? "up" : last.kind;
}

/**
 * What exists of a stack whose last run did not finish, by type, and what to do about it.
 *
 * @param run `up`, `destroy` or `refresh`
 */
export function describeUnfinished(name: string, resources: readonly StateResource[], run: string): Report {
  const placed = resources.filter(isPlaced);
  const typeOf = ({ type }: StateResource) => type.split(":").at(-1) ?? type;
  const rows = [...new Set(placed.map(typeOf))].map((type) => [
    type,
    placed
      .filter((resource) => typeOf(resource) === type)
      .map(nameOf)
      .join(", "),
  ]);
  return {
    rows,
    troubles: [
      `The last ${run} of the stack ${name} did not finish: this is what exists. npm run up -- ${name} continues from here; npm run destroy -- ${name} removes it.`,
    ],
  };
}

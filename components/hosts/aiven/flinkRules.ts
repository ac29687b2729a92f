import type { HostSettings, Part } from "../host.ts";
import type { definitions } from "./settings.ts";

type AivenSettings = HostSettings<typeof definitions>;

/** Settings that do not fit Flink on Aiven, or that only it supports, one sentence per problem. */
export function flinkProblems(settings: AivenSettings, parts: readonly Part[]): string[] {
  if (!parts.includes("flink")) return onlyOnAiven(settings);
  return [
    ...outOfReach(settings, parts),
    ...nameless(settings),
    ...declaredSlotProblems(settings),
    ...channelName(settings),
  ];
}

function outOfReach(settings: AivenSettings, parts: readonly Part[]): string[] {
  return (["kafka", "postgres", "openSearch"] as const)
    .filter((service) => service !== "openSearch" || settings["openSearch.enabled"])
    .filter((service) => settings[`${service}.runsOn`] !== undefined && !parts.includes(service))
    .map(
      (service) =>
        `${service}.runsOn is ${settings[`${service}.runsOn`]}, but flink.runsOn is ${settings["flink.runsOn"]}, and Flink on Aiven reaches services on Aiven only: set ${service}.runsOn to aiven, or flink.runsOn to local`,
    );
}

function nameless(settings: AivenSettings): string[] {
  if (settings["flink.runsOn"] !== "existing" || settings["flink.service"] !== "") return [];
  return [
    "flink.service is empty, but flink.runsOn is existing: set it to the name of the Flink service in the Aiven project",
  ];
}

/** The jobs that the stack runs: Flink's own connector to Slack is one more than the pipelines. */
export const jobsOf = (settings: AivenSettings): readonly string[] => [
  ...settings.pipelines,
  ...(settings["slack.via"] === "connector" ? ["slack"] : []),
];

/** What can be said without Aiven; an existing Flink service has nodes and slots of its own. */
const declaredSlotProblems = (settings: AivenSettings) =>
  settings["flink.runsOn"] === "managed"
    ? slotProblems(settings, settings["flink.taskManagers"], " (flink.taskManagers)")
    : [];

/**
 * A pipeline takes one slot per unit of parallelism; if none is free, it waits forever.
 *
 * @param source where the number of TaskManagers is from, for the message
 */
export function slotProblems(settings: AivenSettings, taskManagers: number, source: string): string[] {
  const parallelism = settings["flink.parallelism"];
  const taskSlots = settings["flink.taskSlots"];
  const count = jobsOf(settings).length;
  const needed = count * parallelism;
  if (!(needed > taskManagers * taskSlots)) return [];
  const enough = Math.ceil(needed / taskManagers);
  return [
    `flink.taskSlots is ${taskSlots}, which makes ${taskManagers * taskSlots} task slots on ${taskManagers} TaskManagers${source}, but ${count} pipelines of flink.parallelism ${parallelism} need ${needed}: set it to ${enough} or more, or run fewer pipelines`,
  ];
}

/** https://aiven.io/docs/products/flink/howto/slack-connector */
function channelName(settings: AivenSettings): string[] {
  const channel = settings["slack.channel"];
  if (settings["slack.via"] !== "connector" || /^[CGD][A-Z0-9]{6,}$/.test(channel)) return [];
  return [
    `slack.channel is ${JSON.stringify(channel)}, but slack.via is connector, which takes the id of a channel only, such as C0123456789 (in Slack: View channel details)`,
  ];
}

function onlyOnAiven(settings: AivenSettings): string[] {
  const problems: string[] = [];
  const how = "but only Flink on Aiven does that (flink.runsOn managed or existing)";
  if (settings["slack.via"] === "connector") {
    problems.push(`slack.via is connector, ${how}: set it to notifier`);
  }
  if (Object.keys(settings.startingSavepoint ?? {}).length > 0) {
    problems.push(
      `startingSavepoint is given, ${how}: leave it out; a Flink that we run starts from its last state by itself`,
    );
  }
  return problems;
}

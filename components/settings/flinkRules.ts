import type { Settings } from "./definitions.ts";
import { ON_AIVEN } from "./flink.ts";

/** What does not fit the way in which Flink runs, a sentence a problem. */
export function flinkProblems(settings: Settings): string[] {
  if (ON_AIVEN.includes(settings["flink.runsOn"])) return onAiven(settings);
  return [...selfRun(settings), ...gateway(settings)];
}

function onAiven(settings: Settings): string[] {
  const runsOn = settings["flink.runsOn"];
  const elsewhere = (["kafka", "postgres", "openSearch"] as const)
    .filter((service) => service !== "openSearch" || settings["openSearch.enabled"])
    .filter((service) => ["local", "docker"].includes(settings[`${service}.runsOn`]))
    .map(
      (service) =>
        `${service}.runsOn is ${settings[`${service}.runsOn`]}, but flink.runsOn is ${runsOn}, and Flink on Aiven reaches services on Aiven only: set ${service}.runsOn to aiven, or flink.runsOn to local`,
    );
  const nameless =
    runsOn === "existing" && settings["flink.service"] === ""
      ? [
          "flink.service is empty, but flink.runsOn is existing: set it to the name of the Flink service in the Aiven project",
        ]
      : [];
  return [...elsewhere, ...nameless, ...slots(settings), ...connector(settings)];
}

/** A pipeline takes a slot a unit of parallelism; one that finds none waits for ever. */
function slots(settings: Settings): string[] {
  const { pipelines } = settings;
  const parallelism = settings["flink.parallelism"];
  const taskManagers = settings["flink.taskManagers"];
  const taskSlots = settings["flink.taskSlots"];
  const needed = pipelines.length * parallelism;
  if (!(needed > taskManagers * taskSlots)) return [];
  const enough = Math.ceil(needed / taskManagers);
  return [
    `flink.taskSlots is ${taskSlots}, which makes ${taskManagers * taskSlots} task slots on ${taskManagers} TaskManagers, but ${pipelines.length} pipelines of flink.parallelism ${parallelism} need ${needed}: set it to ${enough} or more, or run fewer pipelines`,
  ];
}

/** https://aiven.io/docs/products/flink/howto/slack-connector */
function connector(settings: Settings): string[] {
  const channel = settings["slack.channel"];
  if (settings["slack.via"] !== "connector" || /^[CGD][A-Z0-9]{6,}$/.test(channel)) return [];
  return [
    `slack.channel is ${JSON.stringify(channel)}, but slack.via is connector, which takes the id of a channel only, such as C0123456789 (in Slack: View channel details)`,
  ];
}

function selfRun(settings: Settings): string[] {
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

function gateway(settings: Settings): string[] {
  if (settings["flink.runsOn"] !== "gateway") return [];
  return (["flink.gatewayUrl", "flink.webUrl"] as const)
    .filter((key) => settings[key] === "")
    .map(
      (key) =>
        `${key} is empty, but flink.runsOn is gateway: set it to the address that this machine reaches`,
    );
}

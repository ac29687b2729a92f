import * as pulumi from "@pulumi/pulumi";
import { pipelineNames } from "./pipelines.ts";
import { clashes } from "./settingRules.ts";
import {
  boolean,
  type Definition,
  duration,
  integer,
  names,
  percentages,
  port,
  text,
} from "./settingTypes.ts";

/** Every setting of a stack. Pulumi.yaml holds the same list for the engine; a test compares the two. */
export const definitions = {
  directory: text({
    default: ".stacks",
    description:
      "Folder for data and logs of what runs on this machine, relative to the project; each stack has its own below it",
    allowed: "a path without line breaks",
    pattern: /^[^\r\n\0]+$/,
  }),
  pipelines: names({
    default: pipelineNames,
    description: "The pipelines to run",
    of: pipelineNames,
    atLeast: 1,
  }),
  freshStart: names({
    default: [],
    description:
      "Pipelines that may start without their former state where it does not fit a changed statement",
    of: pipelineNames,
    atLeast: 0,
  }),
  thresholds: percentages({
    default: { doc: 20, grumpy: 30, sleepy: 40, bashful: 60, happy: 70, sneezy: 80, dopey: 90 },
    description: "Alert threshold by host, in percent of CPU",
  }),
  "kafka.port": port(29092, "Port of the Kafka broker"),
  "kafka.controllerPort": port(29093, "Port of the Kafka controller"),
  "kafka.partitions": integer({
    default: 3,
    description: "Partitions of each topic; may grow later",
    min: 1,
    max: 100,
  }),
  "kafka.retentionHours": integer({
    default: 24,
    description: "How long topics keep records",
    min: 1,
    max: 87600,
  }),
  "postgres.port": port(25432, "Port of PostgreSQL"),
  "openSearch.enabled": boolean({ default: true, description: "Run OpenSearch" }),
  "flink.webPort": port(28081, "Port of Flink's web UI and REST API"),
  "flink.rpcPort": port(26123, "Port at which the JobManager talks to TaskManagers"),
  "flink.gatewayPort": port(28083, "Port of Flink's SQL Gateway"),
  "flink.parallelism": integer({
    default: 1,
    description: "Parallel tasks of each pipeline",
    min: 1,
    max: 16,
  }),
  "flink.checkpointIntervalMs": integer({
    default: 1000,
    description: "Time between checkpoints in ms; results become visible to readers at a checkpoint",
    min: 100,
    max: 600000,
  }),
  "generator.enabled": boolean({ default: true, description: "Run the generator of CPU readings" }),
  "generator.rate": integer({
    default: 35,
    description: "Readings a second, over all hosts",
    min: 1,
    max: 100000,
  }),
  "generator.seed": integer({ default: 1, description: "Same seed, same readings", min: 0, max: 2147483647 }),
  "generator.backfillMinutes": integer({
    default: 10,
    description: "Minutes of past readings sent at the first start, so that windows close at once",
    min: 0,
    max: 1440,
  }),
  "trend.windows": integer({
    default: 3,
    description: "Over how many consecutive windows the average must rise to be a trend",
    min: 2,
    max: 20,
  }),
  "notifier.enabled": boolean({
    default: true,
    description: "Run the notifier where the pipeline notify runs",
  }),
  "slack.channel": text({
    default: "",
    description: "Channel for alerts, such as C0123456789 or #alerts; the secret slack.token belongs to it",
    allowed: "the id of a channel, such as C0123456789, or its name, such as #alerts",
    pattern: /^\S{0,80}$/,
  }),
  "slack.cooldown": duration({
    default: "10m",
    description: "Least time between two messages about a CPU that stays over its threshold",
  }),
  "slack.interval": duration({
    default: "5s",
    description: "Least time between two messages; alerts that come up meanwhile share one",
  }),
  "slack.apiUrl": text({
    default: "https://slack.com/api/",
    description: "Base address of Slack's Web API",
    allowed: "an https address, or an http address of this machine",
    pattern: /^(https:\/\/\S+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/\S*)$/,
  }),
} as const;

/**
 * The one setting that is a secret, encrypted in Pulumi.<stack>.yaml. It is not among the definitions: Pulumi
 * demands a value for every secret that Pulumi.yaml declares.
 */
export const SLACK_TOKEN = "slack.token";

/** The settings of a stack, by the names they have in Pulumi.<stack>.yaml. */
export type Settings = {
  readonly [K in keyof typeof definitions]: (typeof definitions)[K] extends Definition<infer T> ? T : never;
};

/** Settings that are not as they must be; its message is for the user and lists all of them. */
export class SettingsError extends pulumi.RunError {
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length === 1 ? "a setting is" : `${problems.length} settings are`} wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
    );
  }
}

/**
 * Reads and validates all settings at once.
 *
 * @param config the stack's configuration, with keys of the form `<project>:<setting>` and values as the engine
 * hands them over: text, JSON for lists and objects
 * @throws SettingsError with every problem: key, value, what is allowed
 */
export function readSettings(config: Readonly<Record<string, string>>, project: string): Settings {
  const problems: string[] = [];
  const given = ownSettings(config, project);
  const token = given.get(SLACK_TOKEN);
  given.delete(SLACK_TOKEN);
  const unknown = [...given.keys()].filter((key) => !(key in definitions));
  if (unknown.length > 0) {
    problems.push(`${unknown.join(", ")}: no such setting; there are ${Object.keys(definitions).join(", ")}`);
  }
  const settings = Object.fromEntries(
    Object.entries(definitions).map(([key, definition]) => {
      const raw = given.get(key);
      if (raw === undefined) return [key, definition.default];
      const value = definition.parse(raw);
      if (value === undefined)
        problems.push(`${key} is ${JSON.stringify(raw)}; allowed is ${definition.allowed}`);
      return [key, value];
    }),
  ) as unknown as Settings;
  problems.push(...clashes(settings));
  if (token !== undefined && settings["slack.channel"] === "") {
    problems.push(
      `${SLACK_TOKEN} is there, but slack.channel is not: set it to the channel for alerts, such as "#alerts"`,
    );
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/**
 * The project's own settings. The engine takes a dot for a path: `kafka.port` may arrive under that name, or as
 * the `port` of an object `kafka` (its defaults always do, so a value under the full name wins).
 */
function ownSettings(config: Readonly<Record<string, string>>, project: string): Map<string, unknown> {
  const prefix = `${project}:`;
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, text]) => [key.slice(prefix.length), fromText(text)] as const);
  const isGroup = (key: string) => Object.keys(definitions).some((name) => name.startsWith(`${key}.`));
  const isNested = ([key, value]: readonly [string, unknown]) =>
    isGroup(key) && value !== null && typeof value === "object";
  const nested = own
    .filter(isNested)
    .flatMap(([group, values]) =>
      Object.entries(values as object).map(([key, value]) => [`${group}.${key}`, value] as const),
    );
  return new Map([...nested, ...own.filter((setting) => !isNested(setting))]);
}

/** Lists and objects come as JSON, and so do numbers and booleans; anything else is a text. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

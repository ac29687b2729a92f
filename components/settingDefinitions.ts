import { type PipelineName, pipelineNames } from "./pipelines.ts";
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

/** Stands for every pipeline of the catalogue, those included that are added later. */
export const ALL = "all";

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
    default: [ALL],
    description: "The pipelines to run, by name, or all",
    of: [ALL, ...pipelineNames],
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
  "openSearch.enabled": boolean({
    default: true,
    description: "Run OpenSearch; pipelines that write to it need it",
  }),
  "openSearch.port": integer({
    default: 9290,
    description: "Port of OpenSearch's REST API",
    min: 9201,
    max: 9299,
  }),
  "openSearch.transportPort": port(29300, "Port at which OpenSearch nodes would talk to each other"),
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
export type Settings = Omit<Values, "pipelines"> & { readonly pipelines: readonly PipelineName[] };

/** The settings by their definitions, one by one. */
export type Values = {
  readonly [K in keyof typeof definitions]: (typeof definitions)[K] extends Definition<infer T> ? T : never;
};

import { boolean, duration, integer, oneOf, text } from "./types.ts";

/** The apps that run beside the pipelines, and what trends and alerts are. */
export const apps = {
  "generator.enabled": boolean({
    default: true,
    description:
      "Run the generator of CPU readings: on Kafka's host if that host runs apps, else on this machine; never if source.existing is true",
  }),
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
    description: "Number of consecutive windows over which the average must rise to be a trend",
    min: 2,
    max: 20,
  }),
  "alerts.raiseAfter": integer({
    default: 1,
    description: "Number of consecutive windows over the threshold with which an alert begins",
    min: 1,
    max: 100,
  }),
  "alerts.clearAfter": integer({
    default: 2,
    description: "Number of consecutive windows not over the threshold with which an alert ends",
    min: 1,
    max: 100,
  }),
  "alerts.cooldown": duration({
    default: "10m",
    description: "How often an alert that lasts is told again",
  }),
  "notifier.enabled": boolean({
    default: true,
    description: "Run the notifier if the pipeline alerts runs",
  }),
  "slack.via": oneOf({
    default: "notifier",
    description: "Who posts alerts to Slack: our notifier, or the connector of Flink on Aiven",
    of: ["notifier", "connector"],
  }),
  "slack.channel": text({
    default: "",
    description: "Channel for alerts, such as C0123456789 or #alerts; the secret slack.token belongs to it",
    allowed: "the id of a channel, such as C0123456789, or its name, such as #alerts",
    pattern: /^\S{0,80}$/,
  }),
  "slack.interval": duration({
    default: "5s",
    description: "Least time between two messages; alerts that arrive in between share one",
  }),
  "slack.apiUrl": text({
    default: "https://slack.com/api/",
    description: "Base address of Slack's Web API",
    allowed: "an https address, or an http address of this machine",
    pattern: /^(https:\/\/\S+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/\S*)$/,
  }),
} as const;

import { boolean, duration, integer, oneOf, text } from "./types.ts";

/** Settings of the apps that run alongside the pipelines, and of trends. */
export const apps = {
  "generator.enabled": boolean({
    default: true,
    description:
      "Run the generator of CPU readings: in a container if Kafka runs in one, else on this machine; never if source.existing is true",
  }),
  "generator.rate": integer({
    default: 35,
    description: "Readings per second, over all hosts",
    min: 1,
    max: 100000,
  }),
  "generator.seed": integer({ default: 1, description: "Same seed, same readings", min: 0, max: 2147483647 }),
  "generator.backfillMinutes": integer({
    default: 10,
    description:
      "Minutes of past readings sent at the first start, so that windows close at once, and the most that a later start makes up for",
    min: 0,
    max: 1440,
  }),
  "generator.historyHours": integer({
    default: 24,
    description:
      "Hours of the past that come first, with one reading per CPU and window, so that what is usual is known at once",
    min: 0,
    max: 720,
  }),
  "generator.anomaliesPerDay": integer({
    default: 1,
    description:
      "Anomalies that each CPU has a day; in the first minutes, one CPU of each host has one every 12 minutes",
    min: 0,
    max: 120,
  }),
  "trend.windows": integer({
    default: 3,
    description: "Number of consecutive windows over which the average must rise to be a trend",
    min: 2,
    max: 20,
  }),
  "notifier.enabled": boolean({
    default: true,
    description: "Run the notifier, if a pipeline of alerts runs (alerts, silent, learned)",
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
    description: "Minimum time between two messages; alerts that arrive in between share one",
    atLeast: "1s",
    atMost: "1h",
  }),
  "slack.apiUrl": text({
    default: "https://slack.com/api/",
    description: "Base address of Slack's Web API",
    allowed: "an https address, or an http address of this machine",
    pattern: /^(https:\/\/\S+|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/\S*)$/,
  }),
} as const;

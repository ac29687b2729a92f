import * as pulumi from "@pulumi/pulumi";
import { appConfig } from "./appConfig.ts";
import { type AppConfig, type AppHost, type KafkaCluster, thisMachine } from "./contract.ts";
import type { Names } from "./names.ts";
import { notifierState } from "./notifierState.ts";
import { pipelines } from "./pipelines.ts";

export interface NotifierArgs {
  readonly kafka: KafkaCluster;
  readonly names: Names;
  /** What runs it; undefined if nobody here does. */
  readonly apps: AppHost | undefined;
  /** Channel for alerts; empty if there is none. */
  readonly channel: string;
  /** Least time between two messages about a CPU that stays over its threshold, e.g. `10m`. */
  readonly cooldown: string;
  /** Least time between two messages, e.g. `5s`. */
  readonly interval: string;
  /** Base address of Slack's Web API. */
  readonly slackApiUrl: string;
  /** Bot token; without one the notifier writes its messages to its log. */
  readonly slackToken: pulumi.Output<string> | undefined;
}

/**
 * The notifier: the compacted topic that is its memory, its configuration, and, if a host runs it, what
 * runs it.
 *
 * @example
 * new Notifier("notifier", { kafka, names, apps, channel: "#alerts", cooldown: "10m", interval: "5s", slackApiUrl, slackToken }, { dependsOn: topics });
 */
export class Notifier extends pulumi.ComponentResource {
  /** What apps/notifier takes as its `--config`; secret if it holds credentials or the token. */
  readonly config: pulumi.Output<AppConfig>;

  constructor(name: string, args: NotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:index:Notifier", name, {}, { ...opts, aliases: [{ type: "streaming:local:Notifier" }] });
    const { kafka, names, apps, channel, cooldown, interval, slackApiUrl, slackToken } = args;
    const stateTopic = names.topic(notifierState.topic);
    const state = kafka.createTopic(
      `${name}-${notifierState.topic}`,
      {
        topic: stateTopic,
        config: notifierState.config,
        writers: ["notifier"],
        readers: ["notifier"],
      },
      { parent: this },
    );
    const options = {
      groupId: names.group("notifier"),
      notificationsTopic: names.topic(pipelines.notify.output.topic),
      aggregatesTopic: names.topic(pipelines.aggregate.output.topic),
      stateTopic,
      cooldown,
      interval,
      slackApiUrl,
      ...(channel !== "" && { channel }),
      ...(slackToken && { token: slackToken }),
    };
    this.config = appConfig(kafka.connection({ role: "notifier", from: thisMachine }), options);
    if (apps !== undefined) {
      const statusFile = apps.fileOf("notifier", "status.json");
      const connection = kafka.connection({ role: "notifier", from: apps.network });
      const config = appConfig(connection, { ...options, statusFile });
      apps.run("notifier", config, "status.json", { parent: this, dependsOn: state });
    }
    this.registerOutputs();
  }
}

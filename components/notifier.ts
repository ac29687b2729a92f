import * as pulumi from "@pulumi/pulumi";
import { appConfig } from "./appConfig.ts";
import type { AppConfig, AppHost, KafkaCluster } from "./contract.ts";
import type { Settings } from "./settings.ts";

const STATE_TOPIC = "cpu_notifier_state";

export interface NotifierArgs {
  readonly settings: Settings;
  readonly kafka: KafkaCluster;
  readonly apps: AppHost;
  /** Bot token; without one the notifier writes its messages to its log. */
  readonly slackToken: pulumi.Output<string> | undefined;
}

/**
 * The notifier: the compacted topic that is its memory, how it is to be run, and, where the settings have it, what
 * runs it.
 *
 * @example
 * new Notifier("notifier", { settings, kafka, apps, slackToken }, { dependsOn: topics });
 */
export class Notifier extends pulumi.ComponentResource {
  /** What apps/notifier takes as its `--config`; secret where it holds credentials or the token. */
  readonly config: pulumi.Output<AppConfig>;

  constructor(name: string, args: NotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:index:Notifier", name, {}, { ...opts, aliases: [{ type: "streaming:local:Notifier" }] });
    const { settings, kafka, apps, slackToken } = args;
    const state = kafka.createTopic(
      `${name}-${STATE_TOPIC}`,
      {
        topic: STATE_TOPIC,
        // For ever, or an alert that has been open for longer would be news again after a restart.
        config: {
          "cleanup.policy": "compact",
          "retention.ms": "-1",
          // Kafka compacts nothing of the segment that it writes to, and by default that is up to a GiB, or a week.
          "segment.bytes": String(16 * 1024 * 1024),
        },
        writers: ["notifier"],
        readers: ["notifier"],
      },
      { parent: this },
    );
    const options = {
      groupId: `${pulumi.getStack()}-notifier`,
      stateTopic: STATE_TOPIC,
      cooldown: settings["slack.cooldown"],
      interval: settings["slack.interval"],
      slackApiUrl: settings["slack.apiUrl"],
      ...(settings["slack.channel"] !== "" && { channel: settings["slack.channel"] }),
      ...(slackToken && { token: slackToken }),
    };
    this.config = appConfig(kafka.connectionFor("notifier"), options);
    if (settings["notifier.runsOn"] !== "elsewhere") {
      const statusFile = apps.fileOf("notifier", "status.json");
      const connection = kafka.connectionFor("notifier", apps.place);
      const config = appConfig(connection, { ...options, statusFile });
      apps.run("notifier", config, "status.json", { parent: this, dependsOn: state });
    }
    this.registerOutputs();
  }
}

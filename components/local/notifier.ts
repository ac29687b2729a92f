import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { KafkaCluster } from "../services.ts";
import type { Settings } from "../settings.ts";
import { localApp } from "./app.ts";
import type { StackFolders } from "./folders.ts";

export interface LocalNotifierArgs {
  readonly settings: Settings;
  readonly folders: StackFolders;
  readonly kafka: KafkaCluster;
  /** Bot token; without one the notifier writes its messages to its log. */
  readonly slackToken: pulumi.Output<string> | undefined;
}

/**
 * The notifier as a process on this machine, and the compacted topic that is its memory. It costs about 0.1 GB
 * of memory.
 *
 * @example
 * new LocalNotifier("notifier", { settings, folders, kafka, slackToken }, { dependsOn: topics });
 */
export class LocalNotifier extends pulumi.ComponentResource {
  constructor(name: string, args: LocalNotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:local:Notifier", name, {}, opts);
    const { settings, folders, kafka, slackToken } = args;
    const stateTopic = "cpu_notifier_state";
    const state = kafka.createTopic(
      `${name}-${stateTopic}`,
      // For ever, or an alert that has been open for longer would be news again after a restart.
      { topic: stateTopic, config: { "cleanup.policy": "compact", "retention.ms": "-1" } },
      { parent: this },
    );
    const options = {
      groupId: `${pulumi.getStack()}-notifier`,
      stateTopic,
      cooldown: settings["slack.cooldown"],
      interval: settings["slack.interval"],
      slackApiUrl: settings["slack.apiUrl"],
      ...(settings["slack.channel"] !== "" && { channel: settings["slack.channel"] }),
      ...(slackToken && { token: slackToken }),
      statusFile: join(folders.data("notifier"), "status.json"),
    };
    localApp(
      "notifier",
      { folders, kafka, options, readyFile: "status.json" },
      { parent: this, dependsOn: state },
    );
    this.registerOutputs();
  }
}

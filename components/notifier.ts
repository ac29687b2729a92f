import * as pulumi from "@pulumi/pulumi";
import type { Webhook } from "./alerts.ts";
import { appConfig } from "./appConfig.ts";
import {
  type AppConfig,
  type AppHost,
  type KafkaCluster,
  type Network,
  type PostgresDatabase,
  thisMachine,
} from "./contract.ts";
import type { Names } from "./names.ts";
import { pipelines, silenceTable } from "./pipelines.ts";

export interface NotifierArgs {
  readonly kafka: KafkaCluster;
  /** Holds the silences. */
  readonly postgres: PostgresDatabase;
  readonly names: Names;
  /** What runs it; undefined if nobody here does. */
  readonly apps: AppHost | undefined;
  /** Channel for alerts; empty if there is none. */
  readonly channel: string;
  /** Minimum time between two messages, e.g. `5s`. */
  readonly interval: string;
  /** Base address of Slack's Web API. */
  readonly slackApiUrl: string;
  /** Bot token; without one the notifier writes its messages to its log. */
  readonly slackToken: pulumi.Output<string> | undefined;
  /** Accepts Alertmanager's messages; undefined if there is none. */
  readonly webhook: Webhook | undefined;
  /** Name of the stack. */
  readonly stack: string;
}

/**
 * The notifier: its configuration, and, if a host runs it, what runs it.
 *
 * @example
 * new Notifier("notifier", { kafka, postgres, names, apps, channel: "#alerts", interval: "5s", slackApiUrl, slackToken, webhook: undefined, stack: "demo" }, { dependsOn: topics });
 */
export class Notifier extends pulumi.ComponentResource {
  /** What apps/notifier takes as its `--config`; secret because it holds credentials. */
  readonly config: pulumi.Output<AppConfig>;

  constructor(name: string, args: NotifierArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:index:Notifier", name, {}, { ...opts, aliases: [{ type: "streaming:local:Notifier" }] });
    const { kafka, postgres, names, apps, channel, interval, slackApiUrl, slackToken, webhook, stack } = args;
    const optionsIn = (from: Network) => ({
      groupId: names.group("notifier"),
      alertsTopic: names.topic(pipelines.alerts.output.topic),
      silences: {
        postgres: postgres.connection({ role: "notifier", from }),
        table: names.table(silenceTable),
      },
      stack,
      interval,
      slackApiUrl,
      ...(channel !== "" && { channel }),
      ...(slackToken && { token: slackToken }),
      ...(webhook && {
        webhookUrl: webhook.url,
        ...(webhook.bearerToken && { webhookToken: webhook.bearerToken }),
        ...(webhook.headers && { webhookHeaders: webhook.headers.apply((text) => JSON.parse(text)) }),
      }),
    });
    const connection = kafka.connection({ role: "notifier", from: thisMachine });
    this.config = appConfig(connection, optionsIn(thisMachine));
    if (apps !== undefined) {
      const statusFile = apps.fileOf("notifier", "status.json");
      const connection = kafka.connection({ role: "notifier", from: apps.network });
      const config = appConfig(connection, { ...optionsIn(apps.network), statusFile });
      apps.run("notifier", config, "status.json", { parent: this });
    }
    this.registerOutputs();
  }
}

import * as pulumi from "@pulumi/pulumi";
import type { SlackConnector } from "./contract.ts";
import { type SharedSettings, SLACK_TOKEN } from "./settings/shared.ts";

/** How alerts get to Slack. */
export interface Alerts {
  /** Where Flink posts them itself. */
  readonly slack: SlackConnector | undefined;
  /** Whether a notifier reads and posts them. */
  readonly notifier: boolean;
  /** Bot token, from the stack's configuration. */
  readonly slackToken: pulumi.Output<string> | undefined;
}

/** By our notifier, or by the connector of Flink on Aiven. */
export function alertsOf(
  settings: Pick<SharedSettings, "slack.via" | "slack.channel" | "notifier.enabled">,
): Alerts {
  const token = slackToken();
  if (settings["slack.via"] === "connector" && token !== undefined) {
    return { slack: { channel: settings["slack.channel"], token }, notifier: false, slackToken: token };
  }
  return { slack: undefined, notifier: settings["notifier.enabled"], slackToken: token };
}

/** A secret; undefined if there is none. */
function slackToken(): pulumi.Output<string> | undefined {
  const token = pulumi.runtime.allConfig()[`${pulumi.getProject()}:${SLACK_TOKEN}`];
  return token === undefined ? undefined : pulumi.secret(token);
}

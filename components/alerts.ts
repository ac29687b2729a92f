import * as pulumi from "@pulumi/pulumi";
import type { SlackConnector } from "./contract.ts";
import { SLACK_TOKEN, WEBHOOK_HEADERS, WEBHOOK_TOKEN, WEBHOOK_URL } from "./settings/secrets.ts";
import type { SharedSettings } from "./settings/shared.ts";

/** How alerts get to people. */
export interface Alerts {
  /** Where Flink posts them itself. */
  readonly slack: SlackConnector | undefined;
  /** Whether a notifier reads and posts them. */
  readonly notifier: boolean;
  /** Bot token of the notifier, from the stack's configuration. */
  readonly slackToken: pulumi.Output<string> | undefined;
  /** Another receiver that the notifier sends them to. */
  readonly webhook: Webhook | undefined;
}

/** A webhook that accepts Alertmanager's messages; all fields are secret. */
export interface Webhook {
  readonly url: pulumi.Output<string>;
  readonly bearerToken: pulumi.Output<string> | undefined;
  /** A JSON object: header values by their names. */
  readonly headers: pulumi.Output<string> | undefined;
}

/** Alerts are posted by our notifier, or, to Slack, by the connector of Flink on Aiven. */
export function alertsOf(
  settings: Pick<SharedSettings, "slack.via" | "slack.channel" | "notifier.enabled">,
): Alerts {
  const token = secretOf(SLACK_TOKEN);
  const webhook = webhookOf();
  if (settings["slack.via"] === "connector" && token !== undefined) {
    const slack = { channel: settings["slack.channel"], token };
    // The notifier then serves only the webhook.
    return {
      slack,
      notifier: settings["notifier.enabled"] && webhook !== undefined,
      slackToken: undefined,
      webhook,
    };
  }
  return { slack: undefined, notifier: settings["notifier.enabled"], slackToken: token, webhook };
}

function webhookOf(): Webhook | undefined {
  const url = secretOf(WEBHOOK_URL);
  return url && { url, bearerToken: secretOf(WEBHOOK_TOKEN), headers: secretOf(WEBHOOK_HEADERS) };
}

/** A value of the stack's configuration; undefined if there is none. */
function secretOf(key: string): pulumi.Output<string> | undefined {
  const value = pulumi.runtime.allConfig()[`${pulumi.getProject()}:${key}`];
  return value === undefined ? undefined : pulumi.secret(value);
}

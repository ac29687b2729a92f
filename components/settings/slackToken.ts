import * as pulumi from "@pulumi/pulumi";
import { SLACK_TOKEN } from "../settings.ts";

/** The bot token for Slack from the stack's configuration, as a secret; undefined where there is none. */
export function slackToken(): pulumi.Output<string> | undefined {
  const token = pulumi.runtime.allConfig()[`${pulumi.getProject()}:${SLACK_TOKEN}`];
  return token === undefined ? undefined : pulumi.secret(token);
}

import { MustBeFixed } from "../../lib/userError.ts";
import type { Channel } from "./channel.ts";
import { LogChannel } from "./logChannel.ts";
import type { NotifierOptions } from "./options.ts";
import { SlackChannel } from "./slackChannel.ts";
import { slackClient } from "./slackClient.ts";
import { slackFailureOf } from "./slackFailures.ts";
import { WebhookChannel } from "./webhookChannel.ts";

/** A channel, and what is added to the name of the group for it. */
export interface ConfiguredChannel {
  readonly channel: Channel;
  readonly groupSuffix: string;
}

/**
 * Slack if there is a token, which is checked, and the log otherwise; and the webhook if there is one.
 *
 * @throws MustBeFixed when Slack does not accept the token
 */
export async function channelsOf(
  options: NotifierOptions,
  log: (line: string) => void,
): Promise<readonly ConfiguredChannel[]> {
  const { webhookUrl } = options;
  return [
    { channel: await slackOrLog(options, log), groupSuffix: "" },
    ...(webhookUrl === undefined
      ? []
      : [{ channel: new WebhookChannel(webhookUrl, options), groupSuffix: "-webhook" }]),
  ];
}

async function slackOrLog(options: NotifierOptions, log: (line: string) => void): Promise<Channel> {
  const { token, channel, interval } = options;
  if (token === undefined || channel === undefined) {
    log("no Slack token: messages appear here instead");
    return new LogChannel(interval, channel ?? "the log", log);
  }
  const client = slackClient(token, options);
  try {
    const { user, team } = await client.auth.test();
    log(`posting to ${channel} as ${user ?? "?"} in ${team ?? "?"}`);
  } catch (error) {
    const { kind, reason } = slackFailureOf(error, channel);
    // With a webhook, the notifier has something to do even so. And it starts even if Slack is unreachable.
    if (kind === "refused" && options.webhookUrl === undefined) throw new MustBeFixed(reason);
    log(reason);
  }
  return new SlackChannel(client, channel, interval);
}

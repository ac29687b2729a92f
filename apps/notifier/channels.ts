import type { Channel } from "./channel.ts";
import { LogChannel } from "./logChannel.ts";
import type { NotifierOptions } from "./options.ts";
import { SlackApi } from "./slackApi.ts";
import { SlackChannel } from "./slackChannel.ts";
import { SlackRefusal, slackFailureOf } from "./slackFailures.ts";
import type { StatusReport } from "./statusReport.ts";
import { WebhookChannel } from "./webhookChannel.ts";

/** A channel, and what is added to the name of the group for it. */
export interface ConfiguredChannel {
  readonly channel: Channel;
  readonly groupSuffix: string;
}

/**
 * Slack if there is a token, which is checked, and the log otherwise; and the webhook if there is one.
 *
 * @throws SlackRefusal when Slack does not accept the token
 */
export async function channelsOf(
  options: NotifierOptions,
  status: StatusReport,
): Promise<readonly ConfiguredChannel[]> {
  const { webhook } = options;
  return [
    { channel: await slackOrLog(options, status), groupSuffix: "" },
    ...(webhook === undefined ? [] : [{ channel: new WebhookChannel(webhook), groupSuffix: "-webhook" }]),
  ];
}

async function slackOrLog(options: NotifierOptions, status: StatusReport): Promise<Channel> {
  const { token, channel, interval } = options;
  if (token === undefined || channel === undefined) {
    status.tell("no Slack token: messages appear here instead");
    return new LogChannel(interval, channel ?? "the log", (line) => status.tell(line));
  }
  const api = new SlackApi(token, options);
  try {
    status.tell(`posting to ${channel} as ${await api.whoAmI()}`);
  } catch (error) {
    const failure = slackFailureOf(error);
    // With a webhook, the notifier has something to do even so.
    if (failure.kind === "refused" && options.webhook === undefined)
      throw new SlackRefusal(failure.code, channel);
    // It starts even if Slack is unreachable.
    status.tell(`Slack: ${failure.kind === "refused" ? failure.code : failure.reason}`);
  }
  return new SlackChannel(api, channel, interval);
}

import { MustBeFixed } from "../../lib/userError.ts";
import type { Channel } from "./channel.ts";
import type { NotifierOptions } from "./options.ts";
import { SlackChannel } from "./slackChannel.ts";
import { slackText } from "./slackText.ts";
import { WebhookChannel } from "./webhookChannel.ts";

/**
 * Slack if there is a token (which is checked), the log otherwise, plus the webhook if there is one. Keyed by the
 * consumer groups that read for them.
 *
 * @throws MustBeFixed when Slack does not accept the token
 */
export async function channelsOf(
  options: NotifierOptions,
  log: (line: string) => void,
): Promise<ReadonlyMap<string, Channel>> {
  const { webhookUrl, groupId } = options;
  const channels = new Map([[groupId, await slackOrLog(options, log)]]);
  if (webhookUrl !== undefined) channels.set(`${groupId}-webhook`, new WebhookChannel(webhookUrl, options));
  return channels;
}

async function slackOrLog(options: NotifierOptions, log: (line: string) => void): Promise<Channel> {
  const { token, channel, interval, webhookUrl } = options;
  if (token === undefined || channel === undefined) {
    log("no Slack token: messages appear here instead");
    return logChannel(interval, channel ?? "the log", log);
  }
  const slack = new SlackChannel(token, channel, options);
  try {
    log(`posting to ${channel} as ${await slack.check()}`);
  } catch (error) {
    const { refusal, reason } = slack.failureOf(error);
    // With a webhook, the notifier still has something to do. It also starts if Slack is unreachable.
    if (refusal !== undefined && webhookUrl === undefined) throw new MustBeFixed(reason);
    log(reason);
  }
  return slack;
}

/** Without a token: logs the messages as Slack would get them. */
const logChannel = (interval: number, recipient: string, log: (line: string) => void): Channel => ({
  name: "the log",
  interval,
  mostRows: Number.POSITIVE_INFINITY,
  async post(rows) {
    log(`to ${recipient}: ${slackText(rows)}`);
    return "";
  },
  failureOf(error) {
    throw error;
  },
});

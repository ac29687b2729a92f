import type { NotifierOptions } from "./options.ts";
import { LogPublisher, type Publisher } from "./publisher.ts";
import { SlackApi } from "./slackApi.ts";
import { SlackRefusal, slackFailureOf } from "./slackFailures.ts";
import { SlackPublisher } from "./slackPublisher.ts";
import type { StatusReport } from "./statusReport.ts";

/**
 * Posts to Slack if there is a token, which it checks, and to the log otherwise.
 *
 * @returns makes a publisher that stops waiting at a signal
 * @throws SlackRefusal when Slack does not accept the token
 */
export async function choosePublisher(
  options: NotifierOptions,
  status: StatusReport,
): Promise<(until: AbortSignal) => Publisher> {
  const { token, channel = "Slack" } = options;
  if (token === undefined) {
    status.tell("no Slack token: messages appear here instead");
    return () => new LogPublisher((line) => status.tell(line));
  }
  const api = new SlackApi(token, options);
  try {
    status.tell(`posting to ${channel} as ${await api.whoAmI()}`);
  } catch (error) {
    const failure = slackFailureOf(error);
    if (failure.kind === "refused") throw new SlackRefusal(failure.code, channel);
    // The notifier starts even if Slack is unreachable.
    status.trouble(`Slack: ${failure.reason}`);
  }
  return (until) => new SlackPublisher(api, until, (reason) => status.trouble(reason));
}

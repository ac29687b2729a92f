import { LogLevel, WebClient } from "@slack/web-api";
import { fetchByProxy } from "../../lib/httpAgents.ts";
import type { NotifierOptions } from "./options.ts";

/** A client of Slack's Web API that tries each call once. */
export function slackClient(
  token: string,
  { slackApiUrl, slackTimeout }: Pick<NotifierOptions, "slackApiUrl" | "slackTimeout">,
): WebClient {
  return new WebClient(token, {
    slackApiUrl,
    timeout: slackTimeout,
    fetch: fetchByProxy as unknown as typeof fetch,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
    // The library would repeat a message that Slack may have taken; a repetition first has to look for it.
    retryConfig: { retries: 0 },
    // And it would sit out a rate limit without a line in the log or an end on SIGTERM.
    rejectRateLimitedCalls: true,
  });
}

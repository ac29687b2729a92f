import { LogLevel, WebClient } from "@slack/web-api";
import { fetchByProxy } from "../../lib/httpAgents.ts";
import type { NotifierOptions } from "./options.ts";
import type { OutgoingMessage } from "./publisher.ts";

const EVENT_TYPE = "cpu_threshold";
/** Slack's clock and ours may differ. */
const CLOCK_SKEW_MS = 120_000;
/** Apps outside Slack's marketplace may be limited to 15 messages a page. */
const PAGE_SIZE = 15;
const MOST_PAGES = 40;

/** The three calls of Slack's Web API that the notifier needs. Each throws an error of `@slack/web-api`. */
export class SlackApi {
  readonly #client: WebClient;

  constructor(token: string, { slackApiUrl, slackTimeout }: NotifierOptions) {
    this.#client = new WebClient(token, {
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

  /** @returns the bot's name in Slack */
  async whoAmI(): Promise<string> {
    const { user, team } = await this.#client.auth.test();
    return `${user ?? "?"} in ${team ?? "?"}`;
  }

  /** @returns the id of the channel */
  async post({ id, channel, text }: OutgoingMessage): Promise<string> {
    const posted = await this.#client.chat.postMessage({
      channel,
      text,
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload: { id } },
    });
    return posted.channel ?? channel;
  }

  /** Whether the channel has the message. It takes the channel's id, not its name. */
  async has({ id, channel, createdAt }: OutgoingMessage): Promise<boolean> {
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { messages, response_metadata } = await this.#client.conversations.history({
        channel,
        oldest: ((createdAt - CLOCK_SKEW_MS) / 1000).toFixed(6),
        include_all_metadata: true,
        limit: PAGE_SIZE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      const found = messages?.some(
        ({ metadata }) => metadata?.event_type === EVENT_TYPE && Object(metadata.event_payload).id === id,
      );
      if (found === true) return true;
      cursor = response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return false;
    }
    return false;
  }
}

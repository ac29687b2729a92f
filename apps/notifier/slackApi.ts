import { LogLevel, WebClient } from "@slack/web-api";
import { fetchByProxy } from "../../lib/httpAgents.ts";
import type { NotifierOptions } from "./options.ts";

const EVENT_TYPE = "cpu_alerts";
/** Apps outside Slack's marketplace may be limited to 15 messages a page. */
const PAGE_SIZE = 15;
const MOST_PAGES = 40;

/** A message in a channel. `ts` is Slack's id of it: epoch seconds, as text. */
export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
}

/** What a message says about itself, beside its text. Slack keeps it and does not show it. */
export type Payload = Readonly<Record<string, string>>;

/** The three calls of Slack's Web API that the notifier needs. Each throws an error of `@slack/web-api`. */
export class SlackApi {
  readonly #client: WebClient;

  constructor(
    token: string,
    { slackApiUrl, slackTimeout }: Pick<NotifierOptions, "slackApiUrl" | "slackTimeout">,
  ) {
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

  /** @param channel its id or its name */
  async post(channel: string, text: string, payload: Payload): Promise<PostedMessage> {
    const posted = await this.#client.chat.postMessage({
      channel,
      text,
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload: payload },
    });
    return { channel: posted.channel ?? channel, ts: posted.ts ?? "" };
  }

  /**
   * The newest message of a log that came after a message, or a time.
   *
   * @param after its channel is an id, not a name
   */
  async newest(
    after: PostedMessage,
    log: string,
  ): Promise<(PostedMessage & { payload: Payload }) | undefined> {
    const { channel } = after;
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const { messages = [], response_metadata } = await this.#client.conversations.history({
        channel,
        oldest: after.ts,
        include_all_metadata: true,
        limit: PAGE_SIZE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { ts = "", metadata } of messages) {
        const payload = Object(metadata?.event_payload) as Payload;
        if (metadata?.event_type === EVENT_TYPE && payload.log === log) return { channel, ts, payload };
      }
      cursor = response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") return undefined;
    }
    return undefined;
  }
}

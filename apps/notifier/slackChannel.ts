import { LogLevel, WebClient } from "@slack/web-api";
import { fetchByProxy } from "../../lib/httpAgents.ts";
import type { Channel, NewestMessage, Stamp, Told } from "./channel.ts";
import type { NotifierOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import { type SlackFailure, slackFailureOf } from "./slackFailures.ts";
import { slackText } from "./slackText.ts";

const EVENT_TYPE = "cpu_alerts";
/** Apps outside Slack's marketplace may get only 15 messages per page, whatever they ask for. */
const PAGE_SIZE = 200;
/** https://docs.slack.dev/reference/methods/conversations.history */
const HISTORY_SCOPES = "channels:history, or groups:history for a private channel";
/** Slack's clock and ours may differ. */
const CLOCK_SKEW_MS = 120_000;

/**
 * A Slack channel. Each message carries its stamp as metadata, which Slack stores but does not show. So the channel
 * itself records how far it has got: the newest message is looked up after a restart, and after a failure that leaves
 * it unclear whether a message arrived.
 */
export class SlackChannel implements Channel {
  readonly name = "Slack";
  readonly mostRows = Number.POSITIVE_INFINITY;
  readonly interval: number;
  readonly #client: WebClient;
  /** How far an unfinished search in the channel's history has got. */
  #search: { readonly progress: Progress; readonly cursor: string | undefined } | undefined;

  /** @param channel as configured: an id or a name */
  constructor(
    token: string,
    private readonly channel: string,
    { interval, slackApiUrl, slackTimeout }: NotifierOptions,
  ) {
    this.interval = interval;
    this.#client = new WebClient(token, {
      slackApiUrl,
      timeout: slackTimeout,
      fetch: fetchByProxy as unknown as typeof fetch,
      allowAbsoluteUrls: false,
      logLevel: LogLevel.ERROR,
      // The library would repeat a message that Slack may have accepted; we look for it before repeating it.
      retryConfig: { retries: 0 },
      // It would also sit out a rate limit without logging it or stopping on SIGTERM.
      rejectRateLimitedCalls: true,
    });
  }

  /** Whether Slack accepts the token. @returns who posts, such as `bot in Team` */
  async check(): Promise<string> {
    const { user, team } = await this.#client.auth.test();
    return `${user ?? "?"} in ${team ?? "?"}`;
  }

  async post(rows: readonly Told[], { log, next, released, firing }: Stamp): Promise<string> {
    const event_payload = { log, told: JSON.stringify({ next: [...next], released, firing }) };
    const posted = await this.#client.chat.postMessage({
      channel: this.channel,
      text: slackText(rows),
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload },
    });
    return markOf(posted.channel ?? this.channel, posted.ts);
  }

  /** @returns undefined also when Slack does not let us look */
  async newest(progress: Progress, onTrouble: (reason: string) => void): Promise<NewestMessage | undefined> {
    try {
      return await this.#look(progress);
    } catch (error) {
      const { refusal } = this.failureOf(error);
      if (refusal === undefined) throw error;
      const advice = refusal === "missing_scope" ? ` (the app lacks the bot scope ${HISTORY_SCOPES})` : "";
      onTrouble(
        `Slack does not show whether a message arrived: ${refusal}${advice}; the next may be a duplicate`,
      );
      return undefined;
    }
  }

  failureOf(error: unknown): SlackFailure {
    return slackFailureOf(error, this.channel);
  }

  /** The newest message of our log after the mark; without a mark, since the log began. */
  async #look(progress: Progress): Promise<NewestMessage | undefined> {
    const { log, mark, begunAt } = progress;
    const since = ((begunAt - CLOCK_SKEW_MS) / 1000).toFixed(6);
    // Slack accepts only the channel's id for its history; the mark contains it.
    const [, channel = this.channel, oldest = since] = /^(.+):(.+)$/.exec(mark) ?? [];
    const query = { channel, oldest, include_all_metadata: true, limit: PAGE_SIZE };
    // After a rate limit, the search continues where it was: it might never end otherwise. Another turn has a progress of
    // its own and begins anew, because another notifier may have posted in the meantime.
    let cursor = this.#search?.progress === progress ? this.#search.cursor : undefined;
    do {
      this.#search = { progress, cursor };
      const page = await this.#client.conversations.history({ ...query, ...(cursor && { cursor }) });
      for (const { ts, metadata } of page.messages ?? []) {
        const payload = Object(metadata?.event_payload) as { readonly log?: string; readonly told?: string };
        if (metadata?.event_type !== EVENT_TYPE || payload.log !== log) continue;
        const { next = [], released = [], firing = 0 } = JSON.parse(payload.told ?? "{}");
        this.#search = undefined;
        return { log, next: new Map(next), released, firing, mark: markOf(channel, ts) };
      }
      cursor = page.response_metadata?.next_cursor;
    } while (cursor);
    this.#search = undefined;
    return undefined;
  }
}

const markOf = (channel: string, ts = "") => `${channel}:${ts}`;

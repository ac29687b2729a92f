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

/** Names are in lower case. */
const IS_ID = /^[CDG][A-Z0-9]+$/;

/** How far a search for the newest message has got. */
interface Search {
  readonly progress: Progress;
  /** The channels still to be searched. */
  readonly left: Set<string>;
  /** The next page of the first of them, as Slack calls it. */
  cursor: string | undefined;
}

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
  /** The id of the configured channel; undefined as long as only its name is known. */
  #id: string | undefined;
  /** A search that is not finished. */
  #search: Search | undefined;

  /** @param channel as configured: an id or a name */
  constructor(
    token: string,
    private readonly channel: string,
    { interval, slackApiUrl, slackTimeout }: NotifierOptions,
  ) {
    this.interval = interval;
    if (IS_ID.test(channel)) this.#id = channel;
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
    this.#id = posted.channel ?? this.#id;
    return markOf(posted.channel ?? this.channel, posted.ts);
  }

  /**
   * The newest message of our log after the mark, or since the log began: in the mark's channel, and in the configured
   * one, which may have changed since.
   *
   * @returns undefined also when Slack does not let us look there
   */
  async newest(progress: Progress, onTrouble: (reason: string) => void): Promise<NewestMessage | undefined> {
    const [, marked, oldest] = /^(.+):(.+)$/.exec(progress.mark) ?? [];
    const since = oldest ?? ((progress.begunAt - CLOCK_SKEW_MS) / 1000).toFixed(6);
    // After a rate limit, the search continues where it was: it might never end otherwise. Another turn has a progress
    // of its own and begins anew, because another notifier may have posted in the meantime.
    if (this.#search?.progress !== progress) {
      const known = [marked, this.#id].filter((id) => id !== undefined);
      const left = known.length > 0 ? new Set(known) : new Set([this.channel]);
      this.#search = { progress, left, cursor: undefined };
    }
    const search = this.#search;
    for (const channel of search.left) {
      const found = await this.#look(channel, since, search).catch((error: unknown) => {
        onTrouble(this.#unknown(error, channel));
        return undefined;
      });
      if (found !== undefined) return found;
      search.left.delete(channel);
      search.cursor = undefined;
    }
    this.#search = undefined;
    return undefined;
  }

  failureOf(error: unknown): SlackFailure {
    return slackFailureOf(error, this.channel);
  }

  /** The newest message of a log in a channel. */
  async #look(channel: string, oldest: string, search: Search): Promise<NewestMessage | undefined> {
    const { log } = search.progress;
    const query = { channel, oldest, include_all_metadata: true, limit: PAGE_SIZE };
    do {
      const { cursor } = search;
      const page = await this.#client.conversations.history({ ...query, ...(cursor && { cursor }) });
      for (const { ts, metadata } of page.messages ?? []) {
        const payload = Object(metadata?.event_payload) as { readonly log?: string; readonly told?: string };
        if (metadata?.event_type !== EVENT_TYPE || payload.log !== log) continue;
        const { next = [], released = [], firing = 0 } = JSON.parse(payload.told ?? "{}");
        this.#search = undefined;
        return { log, next: new Map(next), released, firing, mark: markOf(channel, ts) };
      }
      search.cursor = page.response_metadata?.next_cursor;
    } while (search.cursor);
    return undefined;
  }

  /**
   * Why it stays unknown whether a channel has a message.
   *
   * @throws the error if that may change: then whoever fixes it also lets us post
   */
  #unknown(error: unknown, channel: string): string {
    const { refusal } = this.failureOf(error);
    const isElsewhere =
      channel !== this.#id && (refusal === "channel_not_found" || refusal === "not_in_channel");
    if (refusal !== "missing_scope" && !isElsewhere) throw error;
    const advice = refusal === "missing_scope" ? ` (the app lacks the bot scope ${HISTORY_SCOPES})` : "";
    return `Slack does not show whether a message arrived: ${refusal}${advice}; the next may be a duplicate`;
  }
}

const markOf = (channel: string, ts = "") => `${channel}:${ts}`;

import type { ConversationsHistoryResponse, WebClient } from "@slack/web-api";
import { type Failure, retried } from "./backOff.ts";
import type { Channel, NewestMessage, Stamp, Turn } from "./channel.ts";
import type { Told } from "./fold.ts";
import type { Progress } from "./progress.ts";
import { slackFailureOf } from "./slackFailures.ts";
import { slackText } from "./slackText.ts";

const EVENT_TYPE = "cpu_alerts";
/** Apps outside Slack's marketplace may be limited to 15 messages a page. */
const PAGE_SIZE = 15;
const MOST_PAGES = 40;
/** Slack's clock and ours may differ. */
const CLOCK_SKEW_MS = 120_000;

/**
 * A channel of Slack. Each message carries its stamp as metadata, which Slack keeps and does not show. So the channel
 * itself says how far it was told: after a failure that leaves it open whether a message arrived, and after a restart,
 * the newest message is looked up.
 */
export class SlackChannel implements Channel {
  readonly name = "Slack";
  readonly mostRows = Number.POSITIVE_INFINITY;

  /** @param channel as configured: an id or a name */
  constructor(
    private readonly client: WebClient,
    private readonly channel: string,
    readonly interval: number,
  ) {}

  newest(progress: Progress, turn: Turn): Promise<NewestMessage | undefined> {
    return retried(turn, this.#failureOf, () => this.#look(progress, turn));
  }

  tell(rows: readonly Told[], stamp: Stamp, progress: Progress, turn: Turn): Promise<string | undefined> {
    const text = slackText(rows);
    let mayBeThere = false;
    return retried(turn, this.#failureOf, async () => {
      try {
        const there = mayBeThere ? await this.#look(progress, turn) : undefined;
        if (there !== undefined) return there.mark;
        mayBeThere = false;
        return (await turn.isOurs()) ? await this.#post(text, stamp) : undefined;
      } catch (error) {
        mayBeThere ||= slackFailureOf(error, this.channel).kind === "unknown";
        throw error;
      }
    });
  }

  async #post(text: string, stamp: Stamp): Promise<string> {
    const posted = await this.client.chat.postMessage({
      channel: this.channel,
      text,
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload: payloadOf(stamp) },
    });
    return markOf(posted.channel ?? this.channel, posted.ts);
  }

  /** @returns undefined also when Slack does not let us look */
  async #look(progress: Progress, turn: Turn): Promise<NewestMessage | undefined> {
    try {
      return await this.#newestOf(progress);
    } catch (error) {
      const failure = slackFailureOf(error, this.channel);
      if (failure.kind !== "refused") throw error;
      const advice =
        failure.code === "missing_scope" ? " (the app lacks the bot scope channels:history)" : "";
      turn.onTrouble(
        `Slack does not show whether a message arrived: ${failure.code}${advice}; the next may be a duplicate`,
      );
      return undefined;
    }
  }

  /** The newest message of our log behind the mark, or, without one, since the log began. */
  async #newestOf({ log, mark, begunAt }: Progress): Promise<NewestMessage | undefined> {
    const since = ((begunAt - CLOCK_SKEW_MS) / 1000).toFixed(6);
    // Slack finds the history by the channel's id alone, which is in the mark.
    const [, channel = this.channel, oldest = since] = /^(.+):(.+)$/.exec(mark) ?? [];
    const query = { channel, oldest, include_all_metadata: true, limit: PAGE_SIZE };
    let pages = 0;
    for await (const page of this.client.paginate("conversations.history", query)) {
      for (const { ts, metadata } of (page as ConversationsHistoryResponse).messages ?? []) {
        const payload = Object(metadata?.event_payload) as Payload;
        if (metadata?.event_type === EVENT_TYPE && payload.log === log)
          return { ...stampOf(payload), mark: markOf(channel, ts) };
      }
      if (++pages === MOST_PAGES) break;
    }
    return undefined;
  }

  readonly #failureOf = (error: unknown): Failure => slackFailureOf(error, this.channel);
}

const markOf = (channel: string, ts = "") => `${channel}:${ts}`;

/** What a message says about itself. */
type Payload = Readonly<Record<string, string>>;

const payloadOf = ({ log, next, released, firing }: Stamp): Payload => ({
  log,
  told: JSON.stringify({ next: [...next], released, firing }),
});

function stampOf({ log = "", told = "{}" }: Payload): Stamp {
  const { next = [], released = [], firing = 0 } = JSON.parse(told);
  return { log, next: new Map(next), released, firing };
}

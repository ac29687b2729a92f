/** A message as accepted by Slack. */
export interface SlackMessage {
  readonly channel: string;
  readonly text: string;
  readonly metadata:
    | { readonly event_type: string; readonly event_payload: Readonly<Record<string, string>> }
    | undefined;
  /** Slack's id of the message in its channel: epoch seconds. */
  readonly ts: string;
  /** When it was accepted, epoch ms. */
  readonly at: number;
}

/** A response of the Web API; `retryAfter` in seconds. */
export interface Answer {
  readonly status: number;
  readonly retryAfter?: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The channel that the bot is in, by id and by name. */
export const CHANNEL = "C0123456789";
export const CHANNEL_NAME = "#alerts";
/** A channel that the bot can be added to. */
export const OTHER_CHANNEL = "C9876543210";
export const TOKEN = "xoxb-stand-in";

const PAGE_SIZE = 15;
const LEAST_GAP_MS = 1_000;

/** Slack without HTTP: one workspace, one bot. */
export class SlackWorkspace {
  readonly messages: SlackMessage[] = [];
  readonly scopes = new Set(["chat:write", "channels:history"]);
  /** The ids of the channels that the bot is in. */
  readonly channels = new Set([CHANNEL]);
  #serial = 0;

  /** The texts of all messages, line by line, without headings. */
  get lines(): string[] {
    return this.messages.flatMap(({ text }) => text.split("\n")).filter((line) => line.startsWith(":"));
  }

  /** Carries out a call of the Web API. */
  answer(method: string, body: Record<string, unknown>, authorization: string): Answer {
    if (authorization === "") return failed("not_authed");
    if (authorization !== `Bearer ${TOKEN}`) return failed("invalid_auth");
    switch (method) {
      case "auth.test":
        return succeeded({ user: "cpu-alerts", team: "Stand-in", user_id: "U1", team_id: "T1" });
      case "chat.postMessage":
        return this.#post(body);
      case "conversations.history":
        return this.#history(body);
      default:
        return failed("unknown_method");
    }
  }

  #post({ channel: place, text, metadata }: Record<string, unknown>): Answer {
    if (!this.scopes.has("chat:write")) return failed("missing_scope");
    const channel = place === CHANNEL_NAME ? CHANNEL : String(place);
    if (!this.channels.has(channel)) return failed("channel_not_found");
    if (typeof text !== "string" || text === "") return failed("no_text");
    const at = Date.now();
    const wait = (this.messages.at(-1)?.at ?? 0) + LEAST_GAP_MS - at;
    if (wait > 0)
      return { status: 429, retryAfter: Math.ceil(wait / 1000), body: { ok: false, error: "ratelimited" } };

    const ts = `${(at / 1000).toFixed(3)}${String(this.#serial++ % 1000).padStart(3, "0")}`;
    const parsed = typeof metadata === "string" ? JSON.parse(metadata) : metadata;
    this.messages.push({ channel, text, metadata: parsed, ts, at });
    return succeeded({ channel, ts });
  }

  #history({ channel, oldest = "0", cursor, include_all_metadata }: Record<string, unknown>): Answer {
    if (!this.scopes.has("channels:history")) return failed("missing_scope");
    // Unlike chat.postMessage, it does not accept names.
    if (!this.channels.has(String(channel))) return failed("channel_not_found");
    const isWanted = (each: SlackMessage) => each.channel === channel && Number(each.ts) > Number(oldest);
    const newestFirst = this.messages.filter(isWanted).reverse();
    const start = Number(cursor ?? 0);
    const page = newestFirst.slice(start, start + PAGE_SIZE);
    const more = start + PAGE_SIZE < newestFirst.length;
    const withMetadata = String(include_all_metadata) === "true";
    return succeeded({
      messages: page.map(({ text, ts, metadata }) => ({
        type: "message",
        text,
        ts,
        ...(withMetadata ? { metadata } : {}),
      })),
      has_more: more,
      ...(more ? { response_metadata: { next_cursor: String(start + PAGE_SIZE) } } : {}),
    });
  }
}

function succeeded(body: Record<string, unknown>): Answer {
  return { status: 200, body: { ok: true, ...body } };
}

function failed(error: string): Answer {
  return { status: 200, body: { ok: false, error } };
}

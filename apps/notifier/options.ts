import * as v from "valibot";
import { DURATION_FORMAT } from "../../lib/duration.ts";
import { allowed, duration, file, topic } from "../shared/optionValues.ts";
import { type OptionProblem, problemsText, readOptions } from "../shared/readOptions.ts";
import { NotifierError } from "./notifierError.ts";
import type { SilenceSource } from "./silences.ts";

/** What to tell whom. All durations in ms. */
export interface NotifierOptions {
  /** Id (`C0123456789`) or name (`#alerts`) of the channel; never absent together with a token. */
  readonly channel?: string;
  /** Bot token with the scopes chat:write and channels:history; without one, nothing leaves the log. */
  readonly token?: string;
  /** Least time between two messages; what comes up meanwhile shares one. */
  readonly interval: number;
  /** Consumer group; that of the webhook has `-webhook` behind it. */
  readonly groupId: string;
  /** Topic of the pipeline `alerts`. */
  readonly alertsTopic: string;
  /** Base URL of Slack's Web API. */
  readonly slackApiUrl: string;
  /** How long one request to Slack may take. */
  readonly slackTimeout: number;
  readonly webhook?: WebhookOptions;
  /** Without it, nothing is silenced. */
  readonly silences?: SilenceSource;
  /** File that shows how the notifier is doing; it exists once the notifier is active. */
  readonly statusFile?: string;
}

/** A webhook that takes the messages of Alertmanager. */
export interface WebhookOptions {
  readonly url: string;
  readonly bearerToken?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How long one request may take, in ms. */
  readonly timeout: number;
  /** Label of the alerts: the stack that they are from. */
  readonly stack: string;
}

const CHANNEL =
  "a channel's id such as C0123456789 (in Slack: View channel details), or a name such as #alerts";

const durationWithin = (shortest: number, longest: number) =>
  duration(shortest, longest, `${DURATION_FORMAT}, from ${shortest / 1000}s to ${longest / 1000}s`);

/** The token goes to this URL: never in the clear over a network. */
const safeUrl = allowed(
  "an https URL, or an http URL of this machine",
  v.pipe(v.string(), v.check(isSafeUrl)),
);
const header = v.pipe(v.string(), v.regex(/^[\t\x20-\x7e]*$/));

const ENTRIES = {
  channel: v.exactOptional(allowed(CHANNEL, v.pipe(v.string(), v.regex(/^\S{1,80}$/)))),
  token: v.exactOptional(
    allowed("a token that begins with xox", v.pipe(v.string(), v.regex(/^xox[\x21-\x7e]+$/))),
  ),
  // Slack accepts about one message a second per channel.
  interval: v.optional(durationWithin(1_000, 3_600_000), "5s"),
  groupId: v.optional(
    allowed("1 to 200 letters, digits, '.', '_' and '-'", v.pipe(v.string(), v.regex(/^[\w.-]{1,200}$/))),
    "cpu-notifier",
  ),
  // It has no default: without a value, the empty text is what is wrong.
  alertsTopic: v.optional(topic, ""),
  slackApiUrl: v.optional(safeUrl, "https://slack.com/api/"),
  slackTimeout: v.optional(durationWithin(100, 600_000), "10s"),
  webhookUrl: v.exactOptional(safeUrl),
  webhookToken: v.exactOptional(
    allowed("a token without blanks", v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/))),
  ),
  webhookHeaders: v.optional(
    allowed("header values by their names", v.record(v.pipe(v.string(), v.regex(/^[\w-]+$/)), header)),
    {},
  ),
  webhookTimeout: v.optional(durationWithin(100, 600_000), "10s"),
  stack: v.optional(allowed("the stack's name", v.string()), ""),
  silences: v.exactOptional(
    allowed(
      "the connection to PostgreSQL, and the table",
      v.object({
        postgres: v.object({
          host: v.string(),
          port: v.number(),
          database: v.string(),
          user: v.string(),
          password: v.string(),
          tls: v.exactOptional(v.object({ ca: v.exactOptional(v.string()) })),
        }),
        table: v.string(),
      }),
    ),
  ),
  statusFile: v.exactOptional(file),
};

/** The options as they come from a JSON file, durations as text. */
export type RawNotifierOptions = Readonly<Partial<Record<keyof typeof ENTRIES, unknown>>>;

const SECRETS = ["token", "webhookUrl", "webhookToken", "webhookHeaders", "silences"];

/** Lists every option that is not allowed: its name, its value, and what is allowed. */
export class NotifierOptionsError extends NotifierError {
  override readonly name = "NotifierOptionsError";

  constructor(readonly problems: readonly OptionProblem[]) {
    super(problemsText("notifier", problems, SECRETS));
  }
}

/**
 * Validates raw options and fills in the defaults. Null and undefined mean that an option is not given.
 *
 * @throws NotifierOptionsError naming all bad values at once
 */
export function parseNotifierOptions(raw: RawNotifierOptions): NotifierOptions {
  const result = readOptions(ENTRIES, raw, ({ token, channel }) =>
    token === undefined || channel !== undefined
      ? []
      : [{ name: "channel", value: undefined, allowed: `${CHANNEL}; needed with a token` }],
  );
  if ("problems" in result) throw new NotifierOptionsError(result.problems);
  const {
    webhookUrl: url,
    webhookToken,
    webhookHeaders: headers,
    webhookTimeout,
    stack,
    ...options
  } = result.options;
  if (url === undefined) return options;
  const token = webhookToken === undefined ? {} : { bearerToken: webhookToken };
  return { ...options, webhook: { url, ...token, headers, timeout: webhookTimeout, stack } };
}

function isSafeUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && local);
}

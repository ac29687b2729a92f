import * as v from "valibot";
import { MustBeFixed } from "../../lib/userError.ts";
import { allowed, duration, file, topic } from "../shared/optionValues.ts";
import { type OptionProblem, problemsText, readOptions } from "../shared/readOptions.ts";

const CHANNEL =
  "a channel's id such as C0123456789 (in Slack: View channel details), or a name such as #alerts";

const matching = (message: string, form: RegExp) => allowed(message, v.pipe(v.string(), v.regex(form)));
const requestTimeout = duration(100, 600_000);

/** Secrets are sent to this URL, so never unencrypted over a network. A login in it would not be sent. */
const safeUrl = (message = "an https URL, or an http URL of this machine, without a login") =>
  allowed(message, v.pipe(v.string(), v.check(isSafeUrl)));
const WEBHOOK =
  'an https URL, or an http URL of this machine, without a login, which goes into webhook.headers: {"Authorization":"Basic <base64 of user:password>"}';
/** Others belong to the connection. */
const HEADER = /^(?!(content-length|expect|keep-alive|transfer-encoding|upgrade)$)[\w-]+$/i;

const POSTGRES = v.object({
  host: v.string(),
  port: v.number(),
  database: v.string(),
  user: v.string(),
  password: v.string(),
  tls: v.exactOptional(v.object({ ca: v.exactOptional(v.string()) })),
});

const ENTRIES = {
  /** Id or name of the Slack channel; required with a token. */
  channel: v.exactOptional(matching(CHANNEL, /^\S{1,80}$/)),
  /** Bot token with the scopes chat:write and channels:history or groups:history; without one, messages go to the log. */
  token: v.exactOptional(matching("a token that begins with xox", /^xox[\x21-\x7e]+$/)),
  /** Minimum time between two messages to Slack, which accepts about one per second; changes meanwhile share one. */
  interval: v.optional(duration(1_000, 3_600_000), "5s"),
  /** Consumer group; the webhook's has the suffix `-webhook`. */
  groupId: v.optional(
    matching("1 to 200 letters, digits, '.', '_' and '-'", /^[\w.-]{1,200}$/),
    "cpu-notifier",
  ),
  /** Topic of the pipeline `alerts`. There is no default: if it is missing, the empty text is reported as invalid. */
  alertsTopic: v.optional(topic, ""),
  /** Base URL of Slack's Web API. */
  slackApiUrl: v.optional(safeUrl(), "https://slack.com/api/"),
  /** How long one request to Slack may take. */
  slackTimeout: v.optional(requestTimeout, "10s"),
  /** Receives Alertmanager messages. */
  webhookUrl: v.exactOptional(safeUrl(WEBHOOK)),
  webhookToken: v.exactOptional(matching("a token without blanks", /^[\x21-\x7e]+$/)),
  webhookHeaders: v.optional(
    allowed(
      "header values by their names, without Content-Length, Expect, Keep-Alive, Transfer-Encoding and Upgrade",
      v.record(v.pipe(v.string(), v.regex(HEADER)), v.pipe(v.string(), v.regex(/^[\t\x20-\x7e]*$/))),
    ),
    {},
  ),
  webhookTimeout: v.optional(requestTimeout, "10s"),
  /** Label of the webhook's alerts: the stack that they come from. */
  stack: v.optional(allowed("the stack's name", v.string()), ""),
  /** Without it, nothing is silenced. */
  silences: v.exactOptional(
    allowed(
      "the connection to PostgreSQL, and the table",
      v.object({ postgres: POSTGRES, table: v.string() }),
    ),
  ),
  /** File that shows how the notifier is doing; it exists once the notifier is active. */
  statusFile: v.exactOptional(file),
};

/** What to post where. All durations in ms. */
export type NotifierOptions = v.InferOutput<v.ObjectSchema<typeof ENTRIES, undefined>>;

/** The options as they come from a JSON file, durations as text. */
export type RawNotifierOptions = Readonly<Partial<Record<keyof typeof ENTRIES, unknown>>>;

const SECRETS = ["token", "webhookUrl", "webhookToken", "webhookHeaders", "silences"];

/** Lists every invalid option: its name, its value, and what is allowed. */
export class NotifierOptionsError extends MustBeFixed {
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
  return result.options;
}

function isSafeUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  if (username !== "" || password !== "") return false;
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && local);
}

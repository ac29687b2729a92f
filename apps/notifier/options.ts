import * as v from "valibot";
import { DURATION_FORMAT } from "../../lib/duration.ts";
import { allowed, duration, file, topic } from "../shared/optionValues.ts";
import { type OptionProblem, problemsText, readOptions } from "../shared/readOptions.ts";
import { NotifierError } from "./notifierError.ts";

/** What to post where. All durations in ms. */
export interface NotifierOptions {
  /** Id (`C0123456789`) or name (`#alerts`) of the channel; never absent together with a token. */
  readonly channel?: string;
  /** Bot token with the scope chat:write; without one, nothing leaves the log. */
  readonly token?: string;
  /** Least event time between two messages about a series that stays over its threshold. */
  readonly cooldown: number;
  /** Least time between two messages; what comes up meanwhile shares one. */
  readonly interval: number;
  /** How long a notification may come after the aggregate of its window. */
  readonly grace: number;
  /** How long a series has to have stayed under its threshold before that is told, in event time. */
  readonly calm: number;
  readonly groupId: string;
  /** Topic of the pipeline `notify`: windows in which a series is over its threshold. */
  readonly notificationsTopic: string;
  /** Topic of the pipeline `aggregate`: every window of every series. */
  readonly aggregatesTopic: string;
  /** Compacted; the notifier's memory. */
  readonly stateTopic: string;
  /** Base URL of Slack's Web API. */
  readonly slackApiUrl: string;
  /** How long one request to Slack may take. */
  readonly slackTimeout: number;
  /** File that shows how the notifier is doing; it exists once the notifier is active. */
  readonly statusFile?: string;
}

/** The options as they come from a JSON file, durations as text. */
export type RawNotifierOptions = Readonly<Partial<Record<keyof NotifierOptions, unknown>>>;

/** Lists every option that is not allowed: its name, its value, and what is allowed. */
export class NotifierOptionsError extends NotifierError {
  override readonly name = "NotifierOptionsError";

  constructor(readonly problems: readonly OptionProblem[]) {
    super(problemsText("notifier", problems, "token"));
  }
}

const DAY_MS = 86_400_000;
const LONGEST_CALM_MS = 600_000;
const CHANNEL =
  "a channel's id such as C0123456789 (in Slack: View channel details), or a name such as #alerts";

const durationWithin = (shortest: number, longest: number) =>
  duration(shortest, longest, `${DURATION_FORMAT}, from ${shortest / 1000}s to ${longest / 1000}s`);

/** An option that has no default: without a value, the empty text is what is wrong. */
const required = (schema: typeof topic) => v.optional(schema, "");

const ENTRIES = {
  channel: v.exactOptional(allowed(CHANNEL, v.pipe(v.string(), v.regex(/^\S{1,80}$/)))),
  token: v.exactOptional(
    allowed("a token that begins with xox", v.pipe(v.string(), v.regex(/^xox[\x21-\x7e]+$/))),
  ),
  cooldown: v.optional(durationWithin(0, 30 * DAY_MS), "10m"),
  calm: v.exactOptional(durationWithin(0, DAY_MS)),
  // Slack accepts about one message a second per channel.
  interval: v.optional(durationWithin(1_000, 3_600_000), "5s"),
  grace: v.optional(durationWithin(0, 3_600_000), "10s"),
  groupId: v.optional(
    allowed("1 to 200 letters, digits, '.', '_' and '-'", v.pipe(v.string(), v.regex(/^[\w.-]{1,200}$/))),
    "cpu-notifier",
  ),
  notificationsTopic: required(topic),
  aggregatesTopic: required(topic),
  stateTopic: v.optional(topic, "cpu_notifier_state"),
  // The token goes to this URL: never in the clear over a network.
  slackApiUrl: v.optional(
    allowed("an https URL, or an http URL of this machine", v.pipe(v.string(), v.check(isSafeUrl))),
    "https://slack.com/api/",
  ),
  slackTimeout: v.optional(durationWithin(100, 600_000), "10s"),
  statusFile: v.exactOptional(file),
};

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
  const { options } = result;
  // A CPU that flaps is then reported once per cool-down; but nobody waits a day to hear that all is well.
  return { ...options, calm: options.calm ?? Math.min(options.cooldown, LONGEST_CALM_MS) };
}

function isSafeUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && local);
}

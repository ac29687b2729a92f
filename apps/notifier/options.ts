import { DURATION_FORMAT } from "../../lib/duration.ts";
import { durationOf, textOf, topicOf } from "../shared/optionValues.ts";
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
  readonly notificationsTopic: string;
  readonly aggregatesTopic: string;
  /** Compacted; the notifier's memory. */
  readonly stateTopic: string;
  /** Base URL of Slack's Web API. */
  readonly slackApiUrl: string;
  /** How long one request to Slack may take. */
  readonly slackTimeout: number;
  /** File that tells how the notifier is doing; it exists once the notifier is at work. */
  readonly statusFile?: string;
}

/** The options as they come from a JSON file, durations as text. */
export type RawNotifierOptions = Readonly<Partial<Record<keyof NotifierOptions, unknown>>>;

/** One option that is not allowed as it is. */
export interface OptionProblem {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
}

/** Says of every bad option its name, its value and what is allowed. */
export class NotifierOptionsError extends NotifierError {
  override readonly name = "NotifierOptionsError";
  readonly problems: readonly OptionProblem[];

  constructor(problems: readonly OptionProblem[]) {
    const lines = problems.map(
      ({ name, value, allowed }) => `  ${name}: ${show(name, value)}; allowed: ${allowed}`,
    );
    super(["The notifier cannot run with these options:", ...lines].join("\n"));
    this.problems = problems;
  }
}

const DAY_MS = 86_400_000;
const LONGEST_CALM_MS = 600_000;
const OPTION_NAMES: readonly (keyof NotifierOptions)[] = [
  ...(["channel", "token", "cooldown", "interval", "grace", "calm", "groupId"] as const),
  ...([
    "notificationsTopic",
    "aggregatesTopic",
    "stateTopic",
    "slackApiUrl",
    "slackTimeout",
    "statusFile",
  ] as const),
];
const TOPIC = "1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'";
const CHANNEL =
  "a channel's id such as C0123456789 (in Slack: View channel details), or a name such as #alerts";

/**
 * Validates raw options and fills in the defaults. Null and undefined mean that an option is not given.
 *
 * @throws NotifierOptionsError naming all bad values at once
 */
export function parseNotifierOptions(raw: RawNotifierOptions): NotifierOptions {
  const problems: OptionProblem[] = [];
  const given = new Map(Object.entries(raw).filter(([, value]) => value !== undefined && value !== null));

  function read(
    name: keyof NotifierOptions,
    reader: (value: unknown) => string | undefined,
    allowed: string,
  ) {
    const value = given.get(name);
    if (value === undefined) return undefined;
    const result = reader(value);
    if (result === undefined) problems.push({ name, value, allowed });
    return result;
  }
  function duration(
    name: keyof NotifierOptions,
    shortest: number,
    longest: number,
    fallback: number,
  ): number {
    const value = given.get(name) ?? `${fallback}ms`;
    const result = durationOf(value, shortest, longest);
    const allowed = `${DURATION_FORMAT}, from ${shortest / 1000}s to ${longest / 1000}s`;
    if (result === undefined) problems.push({ name, value, allowed });
    return result ?? fallback;
  }

  for (const [name, value] of given) {
    const known = OPTION_NAMES.some((option) => option === name);
    if (!known) problems.push({ name, value, allowed: OPTION_NAMES.join(", ") });
  }
  const channel = read("channel", (value) => matching(value, /^\S{1,80}$/), CHANNEL);
  const token = read(
    "token",
    (value) => matching(value, /^xox[\x21-\x7e]+$/),
    "a token that begins with xox",
  );
  if (given.has("token") && !given.has("channel")) {
    problems.push({ name: "channel", value: undefined, allowed: `${CHANNEL}; needed with a token` });
  }
  const cooldown = duration("cooldown", 0, 30 * DAY_MS, 600_000);
  const options = {
    cooldown,
    // A CPU that flaps is then told of once a cool-down; but nobody waits for a day to hear that all is well.
    calm: duration("calm", 0, DAY_MS, Math.min(cooldown, LONGEST_CALM_MS)),
    // Slack takes about one message a second and channel.
    interval: duration("interval", 1_000, 3_600_000, 5_000),
    grace: duration("grace", 0, 3_600_000, 10_000),
    groupId: read("groupId", (value) => matching(value, /^[\w.-]{1,200}$/), TOPIC) ?? "cpu-notifier",
    notificationsTopic: read("notificationsTopic", topicOf, TOPIC) ?? "cpu_notifications",
    aggregatesTopic: read("aggregatesTopic", topicOf, TOPIC) ?? "cpu_agg_stats",
    stateTopic: read("stateTopic", topicOf, TOPIC) ?? "cpu_notifier_state",
    slackApiUrl:
      read("slackApiUrl", apiUrlOf, "an https URL, or an http URL of this machine") ??
      "https://slack.com/api/",
    slackTimeout: duration("slackTimeout", 100, 600_000, 10_000),
  };
  const statusFile = read("statusFile", textOf, "a file name");
  if (problems.length > 0) throw new NotifierOptionsError(problems);

  return {
    ...options,
    ...(channel === undefined ? {} : { channel }),
    ...(token === undefined ? {} : { token }),
    ...(statusFile === undefined ? {} : { statusFile }),
  };
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

/** The token goes to this URL: never in the clear over a network. */
function apiUrlOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const { protocol, hostname } = new URL(value);
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  return protocol === "https:" || (protocol === "http:" && local) ? value : undefined;
}

function show(name: string, value: unknown): string {
  return name === "token" ? "(not shown)" : (JSON.stringify(value) ?? String(value));
}

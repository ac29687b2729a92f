import { expect, test } from "vitest";
import { NotifierOptionsError, parseNotifierOptions } from "../../../apps/notifier/options.ts";

function problemsOf(raw: Record<string, unknown>): NotifierOptionsError {
  try {
    parseNotifierOptions(raw);
  } catch (error) {
    if (error instanceof NotifierOptionsError) return error;
  }
  throw new Error("no NotifierOptionsError");
}

const TOPICS = { notificationsTopic: "cpu_notifications", aggregatesTopic: "cpu_agg_stats" };

test("the defaults need only the topics and post nothing", () => {
  expect(parseNotifierOptions({ ...TOPICS, token: null })).toEqual({
    cooldown: 600_000,
    interval: 5_000,
    grace: 10_000,
    calm: 600_000,
    groupId: "cpu-notifier",
    ...TOPICS,
    stateTopic: "cpu_notifier_state",
    slackApiUrl: "https://slack.com/api/",
    slackTimeout: 10_000,
  });
});

test("a resolution waits for the cool-down, and for 10 minutes at most", () => {
  expect(parseNotifierOptions({ ...TOPICS, cooldown: "90s" }).calm).toBe(90_000);
  expect(parseNotifierOptions({ ...TOPICS, cooldown: "1d" }).calm).toBe(600_000);
});

test("all options are read", () => {
  const raw = {
    channel: "C0123456789",
    token: "xoxb-1",
    cooldown: "1h",
    interval: "1s",
    grace: "30s",
    calm: "2m",
    groupId: "g",
    notificationsTopic: "n",
    aggregatesTopic: "a",
    stateTopic: "s",
    slackApiUrl: "http://127.0.0.1:8080/api/",
    slackTimeout: "500ms",
    statusFile: "status.json",
  };
  const durations = { cooldown: 3_600_000, interval: 1_000, grace: 30_000, calm: 120_000, slackTimeout: 500 };
  expect(parseNotifierOptions(raw)).toEqual({ ...raw, ...durations });
});

test("all wrong options are reported at once with name, value and what is allowed", () => {
  const error = problemsOf({
    ...TOPICS,
    channel: "two words",
    cooldown: 600,
    interval: "500ms",
    grace: "-1s",
    groupId: "",
    stateTopic: "a/b",
    slackApiUrl: "http://slack.example.org/",
    statusFile: " ",
    chanel: "C1",
  });
  expect(error.problems.map(({ name }) => name)).toEqual([
    ...[
      "chanel",
      "channel",
      "cooldown",
      "interval",
      "grace",
      "groupId",
      "stateTopic",
      "slackApiUrl",
      "statusFile",
    ],
  ]);
  expect(error.message).toContain('interval: "500ms"; allowed: a number with a unit');
  expect(error.message).toContain("from 1s to 3600s");
  expect(error.message).toContain('slackApiUrl: "http://slack.example.org/"; allowed: an https URL');
});

test("the topics that the notifier reads have no default", () => {
  expect(problemsOf({}).message.split("\n").slice(1)).toEqual([
    "  notificationsTopic: undefined; allowed: 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'",
    "  aggregatesTopic: undefined; allowed: 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'",
  ]);
});

test("a token needs a channel", () => {
  expect(problemsOf({ token: "xoxb-1" }).message).toContain("channel: undefined; allowed: a channel's id");
});

test("a bad token is not shown", () => {
  const { message } = problemsOf({ token: "secret", channel: "C1" });
  expect(message).toContain("token: (not shown)");
  expect(message).not.toContain("secret");
});

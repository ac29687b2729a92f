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

const postgres = { host: "h", port: 5432, database: "d", user: "u", password: "p4ssword" };

test("the defaults need only the topic and post nothing", () => {
  expect(parseNotifierOptions({ alertsTopic: "cpu_alerts", token: null })).toEqual({
    interval: 5_000,
    groupId: "cpu-notifier",
    alertsTopic: "cpu_alerts",
    slackApiUrl: "https://slack.com/api/",
    slackTimeout: 10_000,
    webhookHeaders: {},
    webhookTimeout: 10_000,
    stack: "",
  });
});

test("all options are read", () => {
  const raw = {
    channel: "C0123456789",
    token: "xoxb-1",
    interval: "1s",
    groupId: "g",
    alertsTopic: "a",
    slackApiUrl: "http://127.0.0.1:8080/api/",
    slackTimeout: "500ms",
    silences: { postgres: { ...postgres, tls: { ca: "PEM" } }, table: "demo.cpu_silences" },
    statusFile: "status.json",
    webhookUrl: "https://example.org/hook",
    webhookToken: "t",
    webhookHeaders: { "X-A": "b" },
    webhookTimeout: "2s",
    stack: "demo",
  };
  expect(parseNotifierOptions(raw)).toEqual({
    ...raw,
    interval: 1_000,
    slackTimeout: 500,
    webhookTimeout: 2_000,
  });
});

test("all wrong options are reported at once with name, value and what is allowed", () => {
  const error = problemsOf({
    alertsTopic: "a/b",
    channel: "two words",
    interval: "500ms",
    groupId: "",
    slackApiUrl: "http://slack.example.org/",
    statusFile: " ",
    chanel: "C1",
  });
  expect(error.problems.map(({ name }) => name)).toEqual([
    ...["chanel", "channel", "interval", "groupId", "alertsTopic", "slackApiUrl", "statusFile"],
  ]);
  expect(error.message).toContain('interval: "500ms"; allowed: a number with a unit');
  expect(error.message).toContain("from 1s to 1h");
  expect(error.message).toContain('slackApiUrl: "http://slack.example.org/"; allowed: an https URL');
});

test.each(["https://ann:s3cret@example.org/hook", "https://ann@example.org", "http://:s3cret@127.0.0.1:80/"])(
  "the webhook %s is refused, because its login would not be sent",
  (webhookUrl) => {
    const { message } = problemsOf({ alertsTopic: "a", webhookUrl });
    expect(message).toContain("webhookUrl: (not shown); allowed: an https URL");
    expect(message).toContain('without a login, which goes into webhook.headers: {"Authorization":"Basic ');
    expect(message).not.toContain("s3cret");
  },
);

test.each(["expect", "Transfer-Encoding", "Content-Length"])(
  "the header %s is refused, because a client sets it itself",
  (name) => {
    const { message } = problemsOf({ alertsTopic: "a", webhookHeaders: { [name]: "1" } });
    expect(message).toContain("webhookHeaders: (not shown); allowed: header values by their names, without");
  },
);

test("the topic has no default", () => {
  expect(problemsOf({}).message.split("\n").slice(1)).toEqual([
    "  alertsTopic: undefined; allowed: 1 to 249 letters, digits, '.', '_' and '-', but not '.' or '..'",
  ]);
});

test("a token needs a channel", () => {
  expect(problemsOf({ token: "xoxb-1" }).message).toContain("channel: undefined; allowed: a channel's id");
});

test("wrong secrets are not shown", () => {
  const { message } = problemsOf({
    alertsTopic: "a",
    channel: "C1",
    token: "s3cret",
    webhookUrl: "http://example.org/s3cret",
    webhookToken: "two s3cret",
    webhookHeaders: { "bad name": "s3cret" },
    silences: { postgres: { ...postgres, port: "s3cret" }, table: "t" },
  });
  expect(
    message
      .split("\n")
      .slice(1)
      .every((line) => line.includes("(not shown)")),
  ).toBe(true);
  expect(message.split("\n")).toHaveLength(6);
  expect(message).not.toMatch(/s3cret|p4ssword/);
});

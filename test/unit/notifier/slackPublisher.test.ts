import { beforeEach, expect, test, vi } from "vitest";
import { parseNotifierOptions } from "../../../apps/notifier/options.ts";
import { SlackApi } from "../../../apps/notifier/slackApi.ts";
import { SlackRefusal } from "../../../apps/notifier/slackFailures.ts";
import { SlackPublisher } from "../../../apps/notifier/slackPublisher.ts";
import { SlackStandIn } from "../../support/slack.ts";
import { CHANNEL, CHANNEL_NAME, TOKEN } from "../../support/slackWorkspace.ts";

const POST = "chat.postMessage";
const onTrouble = vi.fn<(reason: string) => void>();
let slack: SlackStandIn;
let stop: AbortController;

beforeEach(async () => {
  stop = new AbortController();
  onTrouble.mockReset();
  slack = await new SlackStandIn().start();
  return () => slack.stop();
});

function publisher(token = TOKEN): SlackPublisher {
  const options = parseNotifierOptions({
    notificationsTopic: "n",
    aggregatesTopic: "a",
    slackApiUrl: slack.url,
    slackTimeout: "300ms",
  });
  return new SlackPublisher(new SlackApi(token, options), stop.signal, onTrouble);
}

const message = (channel = CHANNEL) => ({ id: "id-1", channel, text: "text", createdAt: Date.now() });

test("a message arrives with its id, and the result is the channel's id", async () => {
  expect(await publisher().publish(message(CHANNEL_NAME))).toBe(CHANNEL);
  expect(slack.workspace.messages).toMatchObject([
    { text: "text", metadata: { event_type: "cpu_threshold", event_payload: { id: "id-1" } } },
  ]);
  expect(onTrouble).not.toHaveBeenCalled();
});

test("Retry-After is honoured", async () => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 2 });
  await publisher().publish(message());
  const [first, second] = slack.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  expect(slack.count("conversations.history")).toBe(0);
  expect(onTrouble).toHaveBeenCalledWith("Slack: rate limit, for 2 s; trying again in 2 s");
});

test("refused connections are retried until one succeeds", async () => {
  await slack.stop();
  const published = publisher().publish(message());
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalledTimes(2), 5_000);
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/^Slack: .*ECONNREFUSED.*; trying again in 2 s$/),
  );
  await slack.start();
  expect(await published).toBe(CHANNEL);
  expect(slack.count("conversations.history")).toBe(0);
});

test("a message of an earlier run is found among many", async () => {
  await publisher().publish(message());
  const [found] = slack.workspace.messages;
  if (found === undefined) throw new Error("no message");
  const others = Array.from({ length: 40 }, (_, n) => ({
    ...found,
    ts: `${Number(found.ts) + n + 1}`,
    metadata: undefined,
  }));
  slack.workspace.messages.push(...others);
  expect(await publisher().publish(message(), CHANNEL)).toBe(CHANNEL);
  expect(slack.count(POST)).toBe(1);
  expect(slack.count("conversations.history")).toBe(3);
});

test("without access to the history, the publisher warns of a possible duplicate and posts", async () => {
  slack.workspace.scopes.delete("channels:history");
  await publisher().publish(message(), CHANNEL);
  expect(slack.workspace.messages).toHaveLength(1);
  expect(onTrouble).toHaveBeenCalledWith(expect.stringMatching(/missing_scope.*channels:history.*duplicate/));
});

test.each([
  ["invalid_auth", "bot token"],
  ["not_in_channel", "/invite"],
  ["channel_not_found", "check the channel's id"],
  ["is_archived", "unarchive"],
  ["missing_scope", "chat:write"],
  ["something_new", "docs.slack.dev"],
])("%s ends the publisher with advice", async (error, advice) => {
  slack.fail(POST, { kind: "error", error });
  const refusal = await publisher()
    .publish(message())
    .catch((reason) => reason);
  expect(refusal).toBeInstanceOf(SlackRefusal);
  expect(refusal).toMatchObject({ code: error, unsent: true, message: expect.stringContaining(advice) });
});

test("a stop ends the wait for Slack", async () => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 600 });
  const published = publisher().publish(message());
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalled());
  stop.abort();
  expect(await published).toBeUndefined();
});

import { beforeEach, expect, test, vi } from "vitest";
import type { Stamp } from "../../../apps/notifier/channel.ts";
import { deliver, type Turn } from "../../../apps/notifier/delivery.ts";
import { parseNotifierOptions } from "../../../apps/notifier/options.ts";
import { newProgress } from "../../../apps/notifier/progress.ts";
import { SlackChannel } from "../../../apps/notifier/slackChannel.ts";
import { slackText } from "../../../apps/notifier/slackText.ts";
import { type SlackFault, SlackStandIn } from "../../support/slack.ts";
import { CHANNEL, CHANNEL_NAME, OTHER_CHANNEL, TOKEN } from "../../support/slackWorkspace.ts";
import { alert, told } from "./alerts.ts";

const POST = "chat.postMessage";
const HISTORY = "conversations.history";
const onTrouble = vi.fn<(reason: string) => void>();
let slack: SlackStandIn;
let stop: AbortController;
let turn: Turn;

beforeEach(async () => {
  stop = new AbortController();
  onTrouble.mockReset();
  turn = {
    signal: stop.signal,
    isOurs: async () => !stop.signal.aborted,
    trouble: { failed: onTrouble, works() {} },
  };
  slack = await new SlackStandIn().start();
  return () => slack.stop();
});

function channel(name = CHANNEL): SlackChannel {
  const options = parseNotifierOptions({ alertsTopic: "a", slackApiUrl: slack.url, slackTimeout: "2s" });
  return new SlackChannel(TOKEN, name, options);
}

const ROWS = [told(alert("raised", 1))];
const progress = newProgress({ low: new Map(), high: new Map() }, Date.now());
const stamp: Stamp = {
  log: progress.log,
  next: new Map([
    [0, 12],
    [1, 7],
  ]),
  released: [{ partition: 1, offset: 3 }],
  firing: 5,
};
const tell = async (name?: string, from = progress) =>
  (await deliver(channel(name), ROWS, stamp, from, turn))?.mark;
/** Our progress after a message to {@link CHANNEL}. */
const later = { ...progress, mark: `${CHANNEL}:${Date.now() / 1000 - 60}` };

test("a message records how far it goes, in metadata that Slack does not show", async () => {
  const mark = await tell(CHANNEL_NAME);
  expect(slack.workspace.messages).toMatchObject([
    {
      text: slackText(ROWS),
      metadata: {
        event_type: "cpu_alerts",
        event_payload: {
          log: progress.log,
          told: '{"next":[[0,12],[1,7]],"released":[{"partition":1,"offset":3}],"firing":5}',
        },
      },
    },
  ]);
  expect(mark).toBe(`${CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(onTrouble).not.toHaveBeenCalled();
});

function addForeignMessages(count: number): void {
  const [found] = slack.workspace.messages;
  if (found === undefined) throw new Error("no message");
  const others = Array.from({ length: count }, (_, n) => ({
    ...found,
    ts: `${Number(found.ts) + n + 1}`,
    metadata: undefined,
  }));
  slack.workspace.messages.push(...others);
}

test("the newest message since the last mark is found among many others, and shows how far it goes", async () => {
  const mark = await tell();
  addForeignMessages(40);
  expect(await channel().newest(progress, onTrouble)).toEqual({ ...stamp, mark });
  expect(slack.count(HISTORY)).toBe(3);
  // Once it is committed, there is none, even if another channel is configured by then.
  slack.workspace.channels.add(OTHER_CHANNEL);
  expect(await channel(OTHER_CHANNEL).newest({ ...progress, mark: mark ?? "" }, onTrouble)).toBeUndefined();
  expect(onTrouble).not.toHaveBeenCalled();
});

test("a search that a rate limit interrupts continues where it was", async () => {
  const mark = await tell();
  addForeignMessages(40);
  const searching = channel();
  slack.fail(HISTORY, { kind: "slow", ms: 1 });
  slack.fail(HISTORY, { kind: "rateLimited", retryAfter: 1 });
  await expect(searching.newest(progress, onTrouble)).rejects.toThrow();
  expect(await searching.newest(progress, onTrouble)).toEqual({ ...stamp, mark });
  // Three pages, the second one twice.
  expect(slack.count(HISTORY)).toBe(4);
});

test("a message from another log does not count", async () => {
  await tell();
  expect(await channel().newest({ ...progress, log: "another" }, onTrouble)).toBeUndefined();
});

test("Retry-After is honoured", async () => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 2 });
  await tell();
  const [first, second] = slack.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  expect(slack.count(HISTORY)).toBe(0);
  expect(onTrouble).toHaveBeenCalledWith("Slack: rate limit, for 2 s; trying again in 2 s");
});

test("refused connections are retried until one succeeds", async () => {
  await slack.stop();
  const posted = tell();
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalledTimes(2), 5_000);
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/^Slack: .*ECONNREFUSED.*; trying again in 2 s$/),
  );
  await slack.start();
  expect(await posted).toContain(CHANNEL);
  expect(slack.count(HISTORY)).toBe(0);
});

const FAULTS: readonly [string, SlackFault][] = [
  ["HTTP status 503", { kind: "status", status: 503 }],
  ["no answer in time", { kind: "hang" }],
  ["other side closed", { kind: "drop" }],
  ["internal_error", { kind: "error", error: "internal_error" }],
];

test.each(FAULTS)("after %s, a message is posted again if Slack does not have it", async (reason, fault) => {
  slack.fail(POST, fault);
  await tell();
  expect(slack.workspace.messages).toHaveLength(1);
  expect(slack.count(POST)).toBe(2);
  expect(onTrouble.mock.calls).toEqual([[`Slack: ${reason}; trying again in 1 s`]]);
});

test.each(FAULTS.slice(0, 3))("after %s, a message is not posted again if Slack has it", async (_, fault) => {
  slack.fail(POST, { ...fault, accepted: true } as SlackFault);
  expect(await tell()).toBe(`${CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(slack.workspace.messages).toHaveLength(1);
  expect(slack.count(POST)).toBe(1);
});

test("a message whose answer was lost is found in the channel that is configured now", async () => {
  slack.workspace.channels.add(OTHER_CHANNEL);
  slack.fail(POST, { kind: "drop", accepted: true });
  expect(await tell(OTHER_CHANNEL, later)).toBe(`${OTHER_CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(slack.workspace.messages).toHaveLength(1);
});

test("a message is posted to the channel that is configured now, even if the bot has left the former one", async () => {
  slack.workspace.channels.add(OTHER_CHANNEL).delete(CHANNEL);
  const moved = channel(OTHER_CHANNEL);
  expect(await moved.newest(later, onTrouble)).toBeUndefined();
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/channel_not_found; the next may be a duplicate/),
  );
});

test("a message whose answer was lost is found once the bot is back in the channel", async () => {
  slack.fail(POST, { kind: "drop", accepted: true });
  slack.fail(HISTORY, { kind: "error", error: "not_in_channel" });
  expect(await tell()).toBe(`${CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(slack.workspace.messages).toHaveLength(1);
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/not_in_channel.*\/invite.*trying again in 2 s/),
  );
});

test("a search that a rate limit interrupts in the second channel does not repeat the first", async () => {
  slack.workspace.channels.add(OTHER_CHANNEL);
  const mark = await tell(OTHER_CHANNEL);
  const searching = channel(OTHER_CHANNEL);
  slack.fail(HISTORY, { kind: "slow", ms: 1 });
  slack.fail(HISTORY, { kind: "rateLimited", retryAfter: 1 });
  await expect(searching.newest(later, onTrouble)).rejects.toThrow();
  expect(await searching.newest(later, onTrouble)).toEqual({ ...stamp, mark });
  expect(slack.count(HISTORY)).toBe(3);
});

test("a message is not posted again by a notifier that has lost its turn", async () => {
  slack.fail(POST, { kind: "drop" });
  turn = { ...turn, isOurs: vi.fn().mockResolvedValueOnce(true).mockResolvedValue(false) };
  expect(await tell()).toBeUndefined();
  expect(slack.count(POST)).toBe(1);
});

test("without access to the history, there is a warning of a possible duplicate", async () => {
  slack.workspace.scopes.delete("channels:history");
  expect(await channel().newest(progress, onTrouble)).toBeUndefined();
  expect(onTrouble).toHaveBeenCalledWith(expect.stringMatching(/missing_scope.*channels:history.*duplicate/));
});

test.each([
  ["invalid_auth", "bot token"],
  ["not_in_channel", "/invite"],
  ["channel_not_found", "check the channel's id"],
  ["is_archived", "unarchive"],
  ["missing_scope", "chat:write"],
  ["something_new", "docs.slack.dev"],
])("%s must be fixed, is reported with how to fix it, and is retried", async (error, advice) => {
  slack.fail(POST, { kind: "error", error });
  onTrouble.mockImplementation(() => stop.abort());
  await tell();
  const [reason] = onTrouble.mock.lastCall ?? [];
  expect(reason).toMatch(
    new RegExp(`^Slack refuses to post to ${CHANNEL} \\(${error}\\): .*; trying again in 1 s$`),
  );
  expect(reason).toContain(advice);
});

test("a stop ends the wait for Slack", async () => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 600 });
  const posted = tell();
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalled());
  stop.abort();
  expect(await posted).toBeUndefined();
});

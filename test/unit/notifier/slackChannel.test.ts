import { expect, vi } from "vitest";
import { slackText } from "../../../apps/notifier/slackText.ts";
import type { SlackFault } from "../../support/slack.ts";
import { CHANNEL, CHANNEL_NAME, OTHER_CHANNEL } from "../../support/slackWorkspace.ts";
import { later, progress, ROWS, stamp, slackTest as test } from "./slackBench.ts";

const POST = "chat.postMessage";
const HISTORY = "conversations.history";

test.concurrent("a message records how far it goes, in metadata that Slack does not show", async ({
  bench: { slack, onTrouble, tell },
}) => {
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

test.concurrent("the newest message since the last mark is found among many others, and shows how far it goes", async ({
  bench: { slack, onTrouble, channel, tell, addForeignMessages },
}) => {
  const mark = await tell();
  addForeignMessages(40);
  expect(await channel().newest(progress, onTrouble)).toEqual({ ...stamp, mark });
  expect(slack.count(HISTORY)).toBe(3);
  // Once it is committed, there is none, even if another channel is configured by then.
  slack.workspace.channels.add(OTHER_CHANNEL);
  expect(await channel(OTHER_CHANNEL).newest({ ...progress, mark: mark ?? "" }, onTrouble)).toBeUndefined();
  expect(onTrouble).not.toHaveBeenCalled();
});

test.concurrent("a search that a rate limit interrupts continues where it was", async ({
  bench: { slack, onTrouble, channel, tell, addForeignMessages },
}) => {
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

test.concurrent("a message from another log does not count", async ({
  bench: { onTrouble, channel, tell },
}) => {
  await tell();
  expect(await channel().newest({ ...progress, log: "another" }, onTrouble)).toBeUndefined();
});

test.concurrent("Retry-After is honoured", async ({ bench: { slack, onTrouble, tell } }) => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 2 });
  await tell();
  const [first, second] = slack.requests;
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_000);
  expect(slack.count(HISTORY)).toBe(0);
  expect(onTrouble).toHaveBeenCalledWith("Slack: rate limit, for 2 s; trying again in 2 s");
});

test.concurrent("refused connections are retried until one succeeds", async ({
  bench: { slack, onTrouble, tell },
}) => {
  await slack.stop();
  const posted = tell();
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalledTimes(2), 30_000);
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

test.concurrent.for(FAULTS)(
  "after %s, a message is posted again if Slack does not have it",
  async ([reason, fault], { bench }) => {
    const { slack, onTrouble, tell } = bench;
    if (fault.kind === "hang") bench.timeout = "5s";
    slack.fail(POST, fault);
    await tell();
    expect(slack.workspace.messages).toHaveLength(1);
    expect(slack.count(POST)).toBe(2);
    expect(onTrouble.mock.calls).toEqual([[`Slack: ${reason}; trying again in 1 s`]]);
  },
);

test.concurrent.for(FAULTS.slice(0, 3))(
  "after %s, a message is not posted again if Slack has it",
  async ([_, fault], { bench }) => {
    const { slack, tell } = bench;
    if (fault.kind === "hang") bench.timeout = "5s";
    slack.fail(POST, { ...fault, accepted: true } as SlackFault);
    expect(await tell()).toBe(`${CHANNEL}:${slack.workspace.messages[0]?.ts}`);
    expect(slack.workspace.messages).toHaveLength(1);
    expect(slack.count(POST)).toBe(1);
  },
);

test.concurrent("a message whose answer was lost is found in the channel that is configured now", async ({
  bench: { slack, tell },
}) => {
  slack.workspace.channels.add(OTHER_CHANNEL);
  slack.fail(POST, { kind: "drop", accepted: true });
  expect(await tell(OTHER_CHANNEL, later)).toBe(`${OTHER_CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(slack.workspace.messages).toHaveLength(1);
});

test.concurrent("a message is posted to the channel that is configured now, even if the bot has left the former one", async ({
  bench: { slack, onTrouble, channel },
}) => {
  slack.workspace.channels.add(OTHER_CHANNEL).delete(CHANNEL);
  const moved = channel(OTHER_CHANNEL);
  expect(await moved.newest(later, onTrouble)).toBeUndefined();
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/channel_not_found; the next may be a duplicate/),
  );
});

test.concurrent("a message whose answer was lost is found once the bot is back in the channel", async ({
  bench: { slack, onTrouble, tell },
}) => {
  slack.fail(POST, { kind: "drop", accepted: true });
  slack.fail(HISTORY, { kind: "error", error: "not_in_channel" });
  expect(await tell()).toBe(`${CHANNEL}:${slack.workspace.messages[0]?.ts}`);
  expect(slack.workspace.messages).toHaveLength(1);
  expect(onTrouble).toHaveBeenCalledWith(
    expect.stringMatching(/not_in_channel.*\/invite.*trying again in 2 s/),
  );
});

test.concurrent("a search that a rate limit interrupts in the second channel does not repeat the first", async ({
  bench: { slack, onTrouble, channel, tell },
}) => {
  slack.workspace.channels.add(OTHER_CHANNEL);
  const mark = await tell(OTHER_CHANNEL);
  const searching = channel(OTHER_CHANNEL);
  slack.fail(HISTORY, { kind: "slow", ms: 1 });
  slack.fail(HISTORY, { kind: "rateLimited", retryAfter: 1 });
  await expect(searching.newest(later, onTrouble)).rejects.toThrow();
  expect(await searching.newest(later, onTrouble)).toEqual({ ...stamp, mark });
  expect(slack.count(HISTORY)).toBe(3);
});

test.concurrent("a message is not posted again by a notifier that has lost its turn", async ({ bench }) => {
  bench.slack.fail(POST, { kind: "drop" });
  bench.turn = { ...bench.turn, isOurs: vi.fn().mockResolvedValueOnce(true).mockResolvedValue(false) };
  expect(await bench.tell()).toBeUndefined();
  expect(bench.slack.count(POST)).toBe(1);
});

test.concurrent("without access to the history, there is a warning of a possible duplicate", async ({
  bench: { slack, onTrouble, channel },
}) => {
  slack.workspace.scopes.delete("channels:history");
  expect(await channel().newest(progress, onTrouble)).toBeUndefined();
  expect(onTrouble).toHaveBeenCalledWith(expect.stringMatching(/missing_scope.*channels:history.*duplicate/));
});

test.concurrent.for([
  ["invalid_auth", "bot token"],
  ["not_in_channel", "/invite"],
  ["channel_not_found", "check the channel's id"],
  ["is_archived", "unarchive"],
  ["missing_scope", "chat:write"],
  ["something_new", "docs.slack.dev"],
] as const)(
  "%s must be fixed, is reported with how to fix it, and is retried",
  async ([error, advice], { bench: { slack, stop, onTrouble, tell } }) => {
    slack.fail(POST, { kind: "error", error });
    onTrouble.mockImplementation(() => stop.abort());
    await tell();
    const [reason] = onTrouble.mock.lastCall ?? [];
    expect(reason).toMatch(
      new RegExp(`^Slack refuses to post to ${CHANNEL} \\(${error}\\): .*; trying again in 1 s$`),
    );
    expect(reason).toContain(advice);
  },
);

test.concurrent("a stop ends the wait for Slack", async ({ bench: { slack, stop, onTrouble, tell } }) => {
  slack.fail(POST, { kind: "rateLimited", retryAfter: 600 });
  const posted = tell();
  await vi.waitFor(() => expect(onTrouble).toHaveBeenCalled(), 30_000);
  stop.abort();
  expect(await posted).toBeUndefined();
});

import { expect, test } from "vitest";
import { parseNotifierOptions } from "../../../apps/notifier/options.ts";
import { SlackApi } from "../../../apps/notifier/slackApi.ts";
import { SlackPublisher } from "../../../apps/notifier/slackPublisher.ts";
import { type SlackFault, SlackStandIn } from "../../support/slack.ts";
import { CHANNEL, TOKEN } from "../../support/slackWorkspace.ts";

const POST = "chat.postMessage";
const FAULTS: readonly [string, SlackFault][] = [
  ["HTTP status 503", { kind: "status", status: 503 }],
  ["no answer in time", { kind: "hang" }],
  ["other side closed", { kind: "drop" }],
  ["internal_error", { kind: "error", error: "internal_error" }],
];

test.concurrent.each(FAULTS)(
  "after %s, a message is posted again if Slack does not have it",
  async (reason, fault) => {
    const { own, told } = await publishWith(fault);
    expect(own.workspace.messages).toHaveLength(1);
    expect(own.count(POST)).toBe(2);
    expect(told).toEqual([`Slack: ${reason}; trying again in 1 s`]);
  },
);

test.concurrent.each(FAULTS.slice(0, 3))(
  "after %s, a message is not posted again if Slack has it",
  async (_, fault) => {
    const { own } = await publishWith({ ...fault, accepted: true } as SlackFault);
    expect(own.workspace.messages).toHaveLength(1);
    expect(own.count(POST)).toBe(1);
  },
);

/** One message to a Slack of its own, whose first answer is the fault. */
async function publishWith(fault: SlackFault): Promise<{ own: SlackStandIn; told: string[] }> {
  const own = await new SlackStandIn().start();
  own.fail(POST, fault);
  const told: string[] = [];
  const options = parseNotifierOptions({
    notificationsTopic: "n",
    aggregatesTopic: "a",
    slackApiUrl: own.url,
    slackTimeout: "300ms",
  });
  const signal = new AbortController().signal;
  const poster = new SlackPublisher(new SlackApi(TOKEN, options), signal, (line) => told.push(line));
  const message = { id: "id-1", channel: CHANNEL, text: "text", createdAt: Date.now() };
  expect(await poster.publish(message)).toBe(CHANNEL);
  await own.stop();
  return { own, told };
}

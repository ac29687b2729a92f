import { test as base, vi } from "vitest";
import type { Stamp } from "../../../apps/notifier/channel.ts";
import { deliver, type Turn } from "../../../apps/notifier/delivery.ts";
import { parseNotifierOptions } from "../../../apps/notifier/options.ts";
import { newProgress } from "../../../apps/notifier/progress.ts";
import { SlackChannel } from "../../../apps/notifier/slackChannel.ts";
import { SlackStandIn } from "../../support/slack.ts";
import { CHANNEL, TOKEN } from "../../support/slackWorkspace.ts";
import { alert, told } from "./alerts.ts";

export const ROWS = [told(alert("raised", 1))];
export const progress = newProgress({ low: new Map(), high: new Map() }, Date.now());
/** Our progress after a message to {@link CHANNEL}. */
export const later = { ...progress, mark: `${CHANNEL}:${Date.now() / 1000 - 60}` };
export const stamp: Stamp = {
  log: progress.log,
  next: new Map([
    [0, 12],
    [1, 7],
  ]),
  released: [{ partition: 1, offset: 3 }],
  firing: 5,
};

/** A Slack, and the turn to post to it. */
export class SlackBench {
  readonly slack = new SlackStandIn();
  readonly stop = new AbortController();
  readonly onTrouble = vi.fn<(reason: string) => void>();
  /** Long, so that a busy machine does not repeat a request that is in flight. */
  timeout = "30s";
  turn: Turn = {
    signal: this.stop.signal,
    isOurs: async () => !this.stop.signal.aborted,
    trouble: { failed: this.onTrouble, works() {} },
  };

  readonly channel = (name = CHANNEL): SlackChannel => {
    const raw = { alertsTopic: "a", slackApiUrl: this.slack.url, slackTimeout: this.timeout };
    return new SlackChannel(TOKEN, name, parseNotifierOptions(raw));
  };

  /** Posts {@link ROWS}. @returns the message's mark; undefined if the turn ended first */
  readonly tell = async (name?: string, from = progress): Promise<string | undefined> =>
    (await deliver(this.channel(name), ROWS, stamp, from, this.turn))?.mark;

  readonly addForeignMessages = (count: number): void => {
    const { messages } = this.slack.workspace;
    const [found] = messages;
    if (found === undefined) throw new Error("no message");
    const others = Array.from({ length: count }, (_, n) => ({
      ...found,
      ts: `${Number(found.ts) + n + 1}`,
      metadata: undefined,
    }));
    messages.push(...others);
  };
}

/** A test with its own bench, so that tests, which mostly wait, can run concurrently. */
export const slackTest = base.extend<{ bench: SlackBench }>({
  bench: async ({ onTestFinished }, use) => {
    const bench = new SlackBench();
    await bench.slack.start();
    onTestFinished(() => bench.slack.stop());
    await use(bench);
  },
});

import { test as base, vi } from "vitest";
import type { Told } from "../../../apps/notifier/channel.ts";
import { deliver } from "../../../apps/notifier/delivery.ts";
import { parseNotifierOptions, type RawNotifierOptions } from "../../../apps/notifier/options.ts";
import { newProgress } from "../../../apps/notifier/progress.ts";
import { WebhookChannel } from "../../../apps/notifier/webhookChannel.ts";
import { WebhookStandIn } from "../../support/webhook.ts";
import { START } from "./alerts.ts";

/** A receiver, and the turn to post to it. */
export class WebhookBench {
  readonly hook = new WebhookStandIn();
  readonly stop = new AbortController();
  readonly onTrouble = vi.fn<(reason: string) => void>();

  /** Sends each row, as far as it gets. @returns how many were accepted */
  readonly send = async (rows: readonly Told[], options: RawNotifierOptions = {}): Promise<number> => {
    const { signal } = this.stop;
    // A short time-out would repeat a request that is in flight while the machine is busy.
    const raw = { alertsTopic: "a", webhookUrl: this.hook.url, webhookTimeout: "30s", stack: "demo" };
    const parsed = parseNotifierOptions({ ...raw, ...options });
    const channel = new WebhookChannel(parsed.webhookUrl ?? "", parsed);
    const progress = newProgress({ low: new Map(), high: new Map() }, START);
    const trouble = { failed: this.onTrouble, works() {} };
    const turn = { signal, isOurs: async () => !signal.aborted, trouble };
    const stamp = { log: "", next: new Map(), released: [], firing: 0 };
    for (const [taken, row] of rows.entries()) {
      if ((await deliver(channel, [row], stamp, progress, turn)) === undefined) return taken;
    }
    return rows.length;
  };
}

/** A test with its own bench, so that tests, which mostly wait, can run concurrently. */
export const webhookTest = base.extend<{ bench: WebhookBench }>({
  bench: async ({ onTestFinished }, use) => {
    const bench = new WebhookBench();
    await bench.hook.start();
    onTestFinished(() => bench.hook.stop());
    await use(bench);
  },
});

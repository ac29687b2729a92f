import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Channel, Failure } from "../../../apps/notifier/channel.ts";
import { deliver } from "../../../apps/notifier/delivery.ts";
import { newProgress } from "../../../apps/notifier/progress.ts";
import { Trouble } from "../../../apps/notifier/status.ts";
import { alert, START, told } from "./alerts.ts";

const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Delivers a message to a channel that fails as given, for a time. @returns what became of it, and what is shown then */
async function deliverFor(ms: number, failure: () => Failure) {
  const channel: Channel = {
    ...{ name: "the webhook", interval: 0, mostRows: 1 },
    post: async () => {
      throw new Error("refused");
    },
    failureOf: failure,
  };
  const progress = newProgress({ low: new Map(), high: new Map() }, START);
  const stamp = { log: "", next: new Map(), released: [], firing: 0 };
  const trouble = new Trouble(
    () => {},
    () => {},
  );
  const stop = new AbortController();
  const turn = { signal: stop.signal, isOurs: async () => true, trouble };
  const delivered = deliver(channel, [told(alert("raised", 0))], stamp, progress, turn);
  await vi.advanceTimersByTimeAsync(ms);
  stop.abort();
  return { delivered: await delivered, shown: trouble.reason };
}

test("a message that the receiver refuses for an hour because of what it contains is skipped, which is shown", async () => {
  const refused = () => ({ reason: "HTTP status 400", refusesMessage: true });
  expect(await deliverFor(HOUR - 60_000, refused)).toEqual({
    delivered: undefined,
    shown: "HTTP status 400; trying again in 30 s",
  });
  expect(await deliverFor(HOUR + 60_000, refused)).toEqual({
    delivered: { mark: "", isPosted: false },
    shown:
      "skipped an alert that was refused for an hour (raised dopey/cpu4, rule threshold): HTTP status 400",
  });
});

test("a message is not skipped if something else is wrong, or was in between", async () => {
  expect(await deliverFor(3 * HOUR, () => ({ reason: "HTTP status 401" }))).toMatchObject({
    delivered: undefined,
  });
  let attempts = 0;
  const mixed = () => ({ reason: "HTTP status 400", refusesMessage: ++attempts % 50 !== 0 });
  expect(await deliverFor(3 * HOUR, mixed)).toMatchObject({ delivered: undefined });
});

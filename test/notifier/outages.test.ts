import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { MUST_BE_FIXED } from "../../lib/exitCodes.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { timeOf } from "../support/slackNotifier.ts";
import { until } from "../support/topics.ts";

const POST = "chat.postMessage";
test.concurrent("rate limits are respected and nothing is lost", async ({ bench }) => {
  const notifier = await bench.start().ready();
  bench.slack.fail(POST, { kind: "rateLimited", retryAfter: 3 });
  const expected: string[] = [];
  for (let n = 0; n < 8; n++) {
    await bench.write(["raised", `host${n}/cpu1`, n]);
    expected.push(`raised host${n}/cpu1 ${timeOf(n)}`);
    await sleep(700);
  }
  expect(await bench.toldSoFar(8)).toEqual(expected);
  const times = bench.slack.requests.filter(({ method }) => method === POST).map(({ at }) => at);
  const gaps = times.slice(1).map((at, position) => at - (times[position] ?? 0));
  console.log(`gaps between requests in ms: ${gaps.join(", ")}`);
  expect(gaps[0]).toBeGreaterThanOrEqual(3_000);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000);
  // Slack enforces its limit: otherwise it would have responded with 429 and a message would have been repeated.
  expect(times).toHaveLength(bench.slack.workspace.messages.length + 1);
  await notifier.says("Slack: rate limit, for 3 s; trying again in 3 s");
});

test.concurrent("status 500, time-outs, cut and refused connections are retried without repeating a message", async ({
  bench,
}) => {
  const notifier = await bench.start({ slackTimeout: "1s" }).ready();
  bench.slack.fail(POST, { kind: "status", status: 500 }, Number.POSITIVE_INFINITY);
  await bench.write(["raised", "doc/cpu1", 0]);
  await notifier.says("HTTP status 500");
  bench.slack.heal(POST);
  bench.slack.fail(POST, { kind: "hang" }, Number.POSITIVE_INFINITY);
  await notifier.says(/HTTP status 500[\s\S]*no answer in time/);
  bench.slack.heal(POST);
  await bench.toldSoFar(1);
  bench.slack.fail(POST, { kind: "drop", accepted: true });
  await bench.write(["raised", "doc/cpu2", 0]);
  await bench.toldSoFar(2);
  await until(() => notifier.slack?.posted === 2, "the second message to be found");

  await bench.slack.stop();
  await bench.write(["raised", "doc/cpu3", 0]);
  await until(() => notifier.slack?.lastError?.includes("ECONNREFUSED") === true, "a refused connection");
  await until(async () => (await bench.committed()) === 2, "what is posted to be committed");
  await bench.slack.start();
  expect(await bench.toldSoFar(3)).toEqual(["1", "2", "3"].map((n) => `raised doc/cpu${n} ${timeOf(0)}`));
  await until(() => notifier.slack?.lastError === undefined, "no error any more");
  await notifier.says(/HTTP status 500[\s\S]*no answer in time[\s\S]*ECONNREFUSED/);
});

test.concurrent.for([
  ["not_in_channel", "/invite"],
  ["channel_not_found", "check the channel's id"],
  ["invalid_auth", "bot token"],
] as const)(
  "%s is shown with what to do, and everything is posted as soon as it is done",
  async ([error, advice], { bench }) => {
    const notifier = await bench.start().ready();
    await bench.write(["raised", "doc/cpu1", 0]);
    await bench.toldSoFar(1);
    await until(async () => (await bench.committed()) === 1, "the first alert's offset");
    bench.slack.fail(POST, { kind: "error", error }, Number.POSITIVE_INFINITY);
    await bench.write(["cleared", "doc/cpu1", 1, 0], ["raised", "doc/cpu2", 1]);
    await until(() => notifier.slack?.lastError?.includes(advice) === true, "the status to say what to do");
    expect(notifier.slack?.lastError).toContain(`Slack refuses to post to C0123456789 (${error}): `);
    expect(notifier.output).not.toContain("    at ");
    expect(await bench.committed()).toBe(1);

    bench.slack.heal(POST);
    expect((await bench.toldSoFar(3)).sort()).toEqual([
      `cleared doc/cpu1 ${timeOf(1)}`,
      `raised doc/cpu1 ${timeOf(0)}`,
      `raised doc/cpu2 ${timeOf(1)}`,
    ]);
    await until(() => notifier.slack?.lastError === undefined, "no error any more");
    expect(await notifier.terminate()).toBe(0);
  },
);

test.concurrent("a token that Slack does not accept ends the notifier at once, with the exit code for that", async ({
  bench,
}) => {
  const notifier = bench.start({ token: "xoxb-wrong" });
  expect(await notifier.exit).toBe(MUST_BE_FIXED);
  await notifier.says("(invalid_auth): put a valid bot token");
  expect(notifier.output).not.toContain("xoxb-wrong");
  expect(notifier.status).toBeUndefined();
});

test("SIGTERM ends a notifier that waits for Slack, and the next run posts what was left over", async ({
  bench,
}) => {
  const notifier = await bench.start().ready();
  await bench.slack.stop();
  await bench.write(["raised", "doc/cpu1", 0]);
  await until(() => notifier.output.includes("ECONNREFUSED"), "a refused connection");
  const refused = () => notifier.output.split("ECONNREFUSED").length;
  notifier.suspend();
  // All that it has said so far arrives.
  await sleep(200);
  const before = refused();
  const ended = notifier.terminate();
  notifier.resume();
  expect(await ended).toBe(0);
  // One attempt may already have been in progress.
  expect(refused()).toBeLessThanOrEqual(before + 1);
  expect(await bench.committed()).toBe(0);

  // A Slack outage must not keep the notifier from starting.
  const next = await bench.start().ready();
  await bench.slack.start();
  expect(await bench.toldSoFar(1)).toEqual([`raised doc/cpu1 ${timeOf(0)}`]);
  await until(() => next.slack?.posted === 1, "the message to be counted");
});

test.concurrent("a notifier finishes the message it is sending before SIGTERM ends it", async ({ bench }) => {
  const notifier = await bench.start().ready();
  bench.slack.fail(POST, { kind: "slow", ms: 2_000 });
  await bench.write(["raised", "doc/cpu1", 0]);
  await until(() => bench.slack.count(POST) === 1, "the request");
  expect(await notifier.terminate()).toBe(0);
  expect(notifier.slack?.posted).toBe(1);
  expect(await bench.committed()).toBe(1);
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { mulberry32 } from "../../apps/generator/random.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { timeOf } from "../support/slackNotifier.ts";
import { until } from "../support/topics.ts";

const POST = "chat.postMessage";
test.concurrent.for([
  ["after Slack has taken the message, before its answer", true],
  ["before Slack takes the message", false],
] as const)(
  "a message is posted exactly once when the notifier is killed %s",
  async ([, accepted], { bench }) => {
    const first = await bench.start({ slackTimeout: "60s" }).ready();
    bench.slack.fail(POST, { kind: "hang", accepted });
    await bench.write(["dopey/cpu4", 0, 95]);
    await until(() => bench.slack.count(POST) === 1, "the request");
    await first.kill();
    expect(bench.told).toHaveLength(accepted ? 1 : 0);
    expect(await bench.committed("notifications")).toBe(0);

    const second = await bench.start().ready();
    await bench.write(["dopey/cpu4", 1, 95], ["dopey/cpu4", 2, 10]);
    expect(await bench.toldSoFar(2)).toEqual([
      `alert dopey/cpu4 ${timeOf(0)}`,
      `resolved dopey/cpu4 ${timeOf(2)}`,
    ]);
    expect(bench.slack.count("conversations.history")).toBe(1);
    await until(() => second.status?.posted === 2, "both messages to be counted");
  },
);

test.concurrent("without the scope to read history, the notifier warns of a possible duplicate and posts", async ({
  bench,
}) => {
  bench.slack.workspace.scopes.delete("channels:history");
  const first = await bench.start({ slackTimeout: "60s" }).ready();
  bench.slack.fail(POST, { kind: "hang", accepted: true });
  await bench.write(["dopey/cpu4", 0, 95]);
  await until(() => bench.told.length === 1, "the message");
  await first.kill();
  await sleep(1_000);
  const second = await bench.start().ready();
  const warning = /missing_scope.*channels:history.*may be a duplicate/;
  await until(() => warning.test(second.output), "the warning of a duplicate");
  expect(await bench.toldSoFar(2)).toHaveLength(2);
});

test.concurrent("a notifier that was removed from its group while suspended rejoins and reports everything once", async ({
  bench,
}) => {
  const notifier = await bench.start().ready();
  await bench.write(["dopey/cpu4", 0, 95]);
  await bench.toldSoFar(1);
  const heldUp = notifier.holdUp(13_000);
  await bench.write(["dopey/cpu4", 1, 10], ["dopey/cpu4", 2, 95]);
  await heldUp;
  expect(await bench.toldSoFar(3)).toEqual([
    `alert dopey/cpu4 ${timeOf(0)}`,
    `resolved dopey/cpu4 ${timeOf(1)}`,
    `alert dopey/cpu4 ${timeOf(2)}`,
  ]);
  await until(() => notifier.output.split("active: ").length === 3, "the second beginning");
  await bench.write(["dopey/cpu4", 3, 10]);
  expect((await bench.toldSoFar(4))[3]).toBe(`resolved dopey/cpu4 ${timeOf(3)}`);
});

test.concurrent("a notifier that is killed at random moments reports everything once", {
  timeout: 300_000,
}, async ({ bench }) => {
  const next = mulberry32(7);
  const hosts = ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey"];
  const keys = hosts.flatMap((host) => ["cpu1", "cpu2", "cpu3"].map((cpu) => `${host}/${cpu}`));
  const expected: string[] = [];
  const over = new Set<string>();
  let writing = true;
  async function write(): Promise<void> {
    for (let n = 0; n < 90; n++) {
      const windows = keys.map((key) => {
        const isOver = n < 88 && next() < (over.has(key) ? 0.8 : 0.04);
        if (isOver !== over.has(key)) expected.push(`${isOver ? "alert" : "resolved"} ${key} ${timeOf(n)}`);
        if (isOver) over.add(key);
        else over.delete(key);
        return [key, n, isOver ? 95 : 50] as const;
      });
      await bench.write(...windows);
      await sleep(500);
    }
    writing = false;
  }
  const written = write();
  let kills = 0;
  while (writing) {
    const notifier = bench.start({ interval: "2s", cooldown: "1d" });
    await sleep(next() < 0.3 ? next() * 4_000 : 12_000 + next() * 5_000);
    if (next() < 0.5) bench.slack.fail(POST, { kind: "drop", accepted: next() < 0.5 });
    await notifier.kill();
    kills++;
  }
  await written;
  const last = await bench.start({ interval: "2s", cooldown: "1d" }).ready();
  await until(() => bench.counted >= expected.length, `${expected.length} changes`, 60_000);
  await sleep(3_000);
  console.log(
    `${kills} kills, ${expected.length} changes, ${bench.slack.workspace.messages.length} messages, ${bench.slack.count(POST)} requests`,
  );
  expect(bench.counted).toBe(expected.length);
  expect(new Set(bench.told).size).toBe(bench.told.length);
  expect(last.status?.openAlerts).toBe(0);
  expect(expected.filter((line) => bench.told.includes(line))).toHaveLength(bench.told.length);
});

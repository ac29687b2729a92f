import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { type AlertLine, alertRecord, timeOf } from "../support/slackNotifier.ts";
import { until } from "../support/topics.ts";

test("an episode is posted when it begins, while it is ongoing and when it ends", async ({ bench }) => {
  const notifier = await bench.start().ready();
  expect(notifier.status?.channels).toEqual([{ name: "Slack", posted: 0, openAlerts: 0, silenced: 0 }]);

  const writtenAt = Date.now();
  await bench.write(["raised", "dopey/cpu4", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised dopey/cpu4 ${timeOf(0)}`]);
  const delay = (bench.slack.workspace.messages[0]?.at ?? 0) - writtenAt;
  console.log(`an alert arrived ${delay} ms after its record was about to be written`);
  await until(() => notifier.slack?.openAlerts === 1, "an open alert");

  await bench.write(["still", "dopey/cpu4", 20, 0]);
  await bench.toldSoFar(2);
  await bench.write(["cleared", "dopey/cpu4", 22, 0]);
  await bench.toldSoFar(3);
  await until(() => notifier.slack?.openAlerts === 0, "no open alert");
  await bench.write(["raised", "dopey/cpu4", 25]);
  expect(await bench.toldSoFar(4)).toEqual([
    `raised dopey/cpu4 ${timeOf(0)}`,
    `still dopey/cpu4 ${timeOf(20)}`,
    `cleared dopey/cpu4 ${timeOf(22)}`,
    `raised dopey/cpu4 ${timeOf(25)}`,
  ]);
  await until(() => notifier.slack?.posted === 4, "4 messages posted");
  expect(notifier.slack).toMatchObject({ openAlerts: 1 });
  expect(await notifier.terminate()).toBe(0);
  expect(await bench.committed()).toBe(4);
});

test.concurrent("the first alert does not wait for the interval of messages", async ({ bench }) => {
  // Longer than a test is allowed to take.
  await bench.start({ interval: "10m" }).ready();
  await bench.write(["raised", "dopey/cpu4", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised dopey/cpu4 ${timeOf(0)}`]);
  expect(bench.slack.count("chat.postMessage")).toBe(1);
});

test.concurrent("a restart continues where the last run ended, and asks Slack once", async ({ bench }) => {
  const first = await bench.start().ready();
  await bench.write(["raised", "dopey/cpu4", 0]);
  await bench.toldSoFar(1);
  expect(await first.terminate()).toBe(0);
  expect(bench.slack.count("conversations.history")).toBe(0);

  await bench.write(["still", "dopey/cpu4", 20, 0], ["cleared", "dopey/cpu4", 25, 0]);
  const second = await bench.start().ready();
  await second.says("active: 1 ongoing alerts, 0 silenced, 1 messages so far");
  expect(await bench.toldSoFar(3)).toEqual([
    `raised dopey/cpu4 ${timeOf(0)}`,
    `still dopey/cpu4 ${timeOf(20)}`,
    `cleared dopey/cpu4 ${timeOf(25)}`,
  ]);
  expect(bench.slack.count("conversations.history")).toBe(1);
});

test.concurrent("after a long absence, each episode is posted exactly once", async ({ bench }) => {
  const rows = Array.from({ length: 10 }, (_, n) =>
    ["doc/cpu1", "doc/cpu2", "happy/cpu1"].flatMap((series): AlertLine[] => [
      ["raised", series, 40 * n],
      ["cleared", series, 40 * n + 3, 40 * n],
    ]),
  );
  await bench.write(...rows.flat());
  await bench.start().ready();
  await until(() => bench.counted >= 60, "30 alerts and 30 that are over");
  await sleep(3_000);
  expect(bench.counted).toBe(60);
  const headings = bench.slack.workspace.messages.map(({ text }) => text.split("\n")[0]);
  // A message with a single row has no heading with a count.
  const sumOf = (what: RegExp, icon: string) =>
    headings.reduce((sum, text = "") => sum + Number(what.exec(text)?.[1] ?? text.startsWith(icon)), 0);
  expect([sumOf(/(\d+) new/, ":red_circle:"), sumOf(/(\d+) resolved/, ":large_green_circle:")]).toEqual([
    30, 30,
  ]);
});

test.concurrent("a burst of 200 alerts takes a few messages", async ({ bench }) => {
  await bench.start().ready();
  const series = Array.from({ length: 200 }, (_, n) => `host${Math.floor(n / 5)}/cpu${n % 5}`);
  await bench.write(...series.map((name): AlertLine => ["raised", name, 0]));
  await until(() => bench.counted >= 200, "200 alerts");
  const messages = bench.slack.workspace.messages.length;
  console.log(`200 alerts in ${messages} messages`);
  expect(bench.counted).toBe(200);
  expect(messages).toBeLessThanOrEqual(3);
  const texts = bench.slack.workspace.messages.map(({ text }) => text);
  expect(texts.at(-1)).toMatch(/… and \d+ more$/);
  expect(Math.max(...texts.map((text) => text.split("\n").length))).toBeLessThanOrEqual(27);
});

test.concurrent("rows are posted only when their transaction commits", async ({ bench }) => {
  await bench.start().ready();
  const producer = kafkaClient(inject("services").kafka, "test").producer({
    transactionalId: bench.topic,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const { topic } = bench;
  const aborted = await producer.transaction();
  await aborted.send({ topic, messages: [alertRecord(["raised", "doc/cpu1", 0])] });
  await aborted.abort();
  const open = await producer.transaction();
  await open.send({ topic, messages: [alertRecord(["raised", "dopey/cpu4", 1])] });
  await sleep(3_000);
  expect(bench.told).toEqual([]);
  await open.commit();
  await producer.disconnect();
  expect(await bench.toldSoFar(1)).toEqual([`raised dopey/cpu4 ${timeOf(1)}`]);
});

test.concurrent("without a token the messages appear in the log", async ({ bench }) => {
  const notifier = await bench.start({ token: null, channel: null }).ready();
  await bench.write(["raised", "dopey/cpu4", 0]);
  await until(
    () =>
      notifier.output.includes(
        "to the log: :red_circle: *dopey/cpu4* is over its threshold: 95 % on average",
      ),
    "the alert",
  );
  await notifier.says("no Slack token");
  expect(await notifier.terminate()).toBe(0);
  expect(bench.slack.requests).toEqual([]);
  expect(await bench.committed()).toBe(1);
});

test.concurrent("invalid records are skipped and logged", async ({ bench }) => {
  const notifier = await bench.start().ready();
  const producer = kafkaClient(inject("services").kafka, "test").producer();
  await producer.connect();
  const values = ["{", '{"hostname":"doc"}', null];
  await producer.send({ topic: bench.topic, messages: values.map((value) => ({ key: "doc/cpu1", value })) });
  await producer.disconnect();
  await bench.write(["raised", "dopey/cpu4", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised dopey/cpu4 ${timeOf(0)}`]);
  await until(() => notifier.output.split("skipped a record").length === 4, "three lines");
  await notifier.says('{"hostname":"doc"}');
});

test.concurrent("a second notifier of a group stands by and takes over when the first one ends", async ({
  bench,
}) => {
  const first = await bench.start().ready();
  const second = bench.start();
  await until(() => second.output.includes("standing by"), "the second to stand by");
  await bench.write(["raised", "dopey/cpu4", 0]);
  await bench.toldSoFar(1);
  expect(first.output).not.toContain("standing by");
  expect(await first.terminate()).toBe(0);
  await until(() => second.output.includes("active: 1 ongoing"), "the second to take over");
  await bench.write(["cleared", "dopey/cpu4", 1, 0]);
  expect(await bench.toldSoFar(2)).toEqual([
    `raised dopey/cpu4 ${timeOf(0)}`,
    `cleared dopey/cpu4 ${timeOf(1)}`,
  ]);
});

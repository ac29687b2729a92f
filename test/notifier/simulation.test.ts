import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { mulberry32 } from "../../apps/generator/random.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { type AlertLine, timeOf } from "../support/slackNotifier.ts";
import { until } from "../support/topics.ts";
import { WebhookStandIn } from "../support/webhook.ts";

const POST = "chat.postMessage";
const SEED = Number(process.env.SEED ?? 7);
const HOSTS = ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey"];
const SERIES = HOSTS.flatMap((host) => ["cpu1", "cpu2", "cpu3"].map((cpu) => `${host}/${cpu}`));
const WINDOWS = 90;

/** What happens in each window: episodes of random series, with random lengths, which all end. */
function scenario(next: () => number): AlertLine[][] {
  const since = new Map<string, number>();
  return Array.from({ length: WINDOWS }, (_, n) =>
    SERIES.flatMap((series): AlertLine[] => {
      const began = since.get(series);
      const isOver = n < WINDOWS - 2 && next() < (began === undefined ? 0.04 : 0.8);
      if (isOver === (began !== undefined)) return [];
      if (began === undefined) {
        since.set(series, n);
        return [["raised", series, n]];
      }
      since.delete(series);
      return [["cleared", series, n, began]];
    }),
  );
}

/** The lines of each series, in order. */
const bySeries = (lines: readonly string[]) =>
  Object.fromEntries(
    SERIES.map((series) => [series, lines.filter((line) => line.split(" ")[1] === series)] as const),
  );

test(`with kills and outages at random moments, everything reaches Slack once and a webhook at least once, both in order (SEED=${SEED})`, {
  timeout: 300_000,
}, async ({ bench, onTestFinished }) => {
  const next = mulberry32(SEED);
  const hook = await new WebhookStandIn().start();
  onTestFinished(() => hook.stop());
  const options = { interval: "2s", webhookUrl: hook.url, webhookTimeout: "1s", stack: "demo" };
  const windows = scenario(next);
  const expected = windows.flat().map(([event, series, n]) => `${event} ${series} ${timeOf(n)}`);

  let writing = true;
  const written = (async () => {
    for (const rows of windows) {
      if (rows.length > 0) await bench.write(...rows);
      await sleep(500);
    }
    writing = false;
  })();
  let kills = 0;
  while (writing) {
    const notifier = bench.start(options);
    // Less than a start takes, or longer than the group waits for its previous member.
    await sleep(next() < 0.3 ? next() * 4_000 : 12_000 + next() * 5_000);
    if (next() < 0.5) bench.slack.fail(POST, { kind: "drop", accepted: next() < 0.5 });
    if (next() < 0.5) bench.slack.fail(POST, { kind: "rateLimited", retryAfter: 1 });
    if (next() < 0.5) hook.fail({ kind: "drop", accepted: next() < 0.5 });
    if (next() < 0.5) hook.fail({ kind: "status", status: 429, headers: { "retry-after": "1" } });
    if (next() < 0.3) hook.fail({ kind: "status", status: 503 });
    await notifier.kill();
    kills++;
  }
  await written;
  const last = await bench.start(options).ready();
  const toldToHook = () =>
    hook.messages.map(({ status, alerts: [alert] }) => {
      const time = status === "firing" ? alert?.startsAt : alert?.endsAt;
      return { status, series: alert?.labels.series ?? "", time, print: alert?.fingerprint };
    });
  const distinct = () => [...new Set(toldToHook().map((line) => JSON.stringify(line)))];
  await until(() => bench.counted >= expected.length, `${expected.length} changes in Slack`, 60_000);
  await until(
    () => distinct().length >= expected.length,
    `${expected.length} changes at the webhook`,
    60_000,
  );
  await sleep(3_000);
  console.log(
    `SEED=${SEED}: ${kills} kills, ${expected.length} changes, ${bench.slack.workspace.messages.length} messages to Slack by ${bench.slack.count(POST)} requests, ${hook.messages.length} to the webhook by ${hook.requests.length}`,
  );

  expect(bench.counted).toBe(expected.length);
  expect(new Set(bench.told).size).toBe(bench.told.length);
  await until(() => last.slack?.openAlerts === 0, "no open alert");
  // Lines that a message only counts are missing; those present are in order.
  const isTold = new Set(bench.told);
  expect(bySeries(bench.told)).toEqual(bySeries(expected.filter((line) => isTold.has(line))));

  const first = distinct().map((line): ReturnType<typeof toldToHook>[number] => JSON.parse(line));
  const statuses = (series: string) =>
    first.filter((line) => line.series === series).map(({ status }) => status);
  for (const [series, lines] of Object.entries(bySeries(expected))) {
    expect(statuses(series), series).toEqual(
      lines.map((line) => (line.startsWith("raised") ? "firing" : "resolved")),
    );
  }
  const prints = new Set(first.map(({ print }) => print));
  expect(prints.size).toBe(expected.filter((line) => line.startsWith("raised")).length);
});

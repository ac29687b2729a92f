import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import { readSql } from "../../components/pipelineSql.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { timeOf } from "../support/slackNotifier.ts";
import { TcpProxy } from "../support/tcpProxy.ts";
import { until } from "../support/topics.ts";
import { WebhookStandIn } from "../support/webhook.ts";

const { postgres } = inject("services");
const source = { silences: { postgres, table: "cpu_silences" } };
const query = (text: string) => withPostgres(postgres, (client) => client.query(text));
/** Each test has its own host. */
const silence = (host: string, columns = "", values = "") =>
  query(
    `INSERT INTO cpu_silences (hostname, until${columns}) VALUES ('${host}', now() + interval '1 h'${values})`,
  );
const endSilences = (host: string) => query(`DELETE FROM cpu_silences WHERE hostname = '${host}'`);
/** How long the notifier may take to follow. */
const FOLLOWED_MS = 5_000;

// The tests' stack creates the table; nothing is lost if a test runs alone on another table.
beforeAll(() => query(readSql("postgres/cpu_silences.sql")));
afterAll(() => query("DELETE FROM cpu_silences"));

test.concurrent("a silenced episode is posted at the end of its silence if it is still ongoing, and never otherwise", async ({
  bench,
}) => {
  await silence("quiet");
  const notifier = await bench.start(source).ready();
  await bench.write(["raised", "quiet/cpu1", 0], ["raised", "quiet/cpu2", 0], ["raised", "loud/cpu1", 0]);
  await bench.toldSoFar(1);
  await bench.write(["cleared", "quiet/cpu2", 4, 0]);
  await until(() => notifier.slack?.silenced === 1, "one silenced episode");
  expect(bench.told).toEqual([`raised loud/cpu1 ${timeOf(0)}`]);
  const endedAt = Date.now();
  await endSilences("quiet");
  expect((await bench.toldSoFar(2))[1]).toBe(`raised quiet/cpu1 ${timeOf(0)}`);
  const [, posted] = bench.slack.workspace.messages;
  expect((posted?.at ?? Number.NaN) - endedAt).toBeLessThan(FOLLOWED_MS);
  expect(posted?.text).toContain("silenced until now");
  await bench.write(["cleared", "quiet/cpu1", 9, 0]);
  expect((await bench.toldSoFar(3))[2]).toBe(`cleared quiet/cpu1 ${timeOf(9)}`);
});

test.concurrent("a silence takes effect within 5 seconds, expires, and applies only to its CPU and its rule", async ({
  bench,
}) => {
  await bench.start(source).ready();
  await silence("late", ", cpu, rule", ", 'cpu1', 'threshold'");
  await silence("late", ", rule", ", 'learned'");
  await sleep(FOLLOWED_MS);
  await bench.write(["raised", "late/cpu1", 0], ["raised", "late/cpu2", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised late/cpu2 ${timeOf(0)}`]);
  await sleep(2_000);
  expect(bench.told).toHaveLength(1);
  await query(
    "UPDATE cpu_silences SET until = now() + interval '3 s' WHERE hostname = 'late' AND cpu = 'cpu1'",
  );
  expect((await bench.toldSoFar(2))[1]).toBe(`raised late/cpu1 ${timeOf(0)}`);
});

test.concurrent("silenced alerts survive a kill, and those already posted are not posted again", async ({
  bench,
}) => {
  await silence("held");
  const first = await bench.start(source).ready();
  await bench.write(["raised", "held/cpu1", 0], ["raised", "free/cpu1", 0], ["raised", "held/cpu2", 0]);
  await bench.toldSoFar(1);
  await until(() => first.slack?.silenced === 2, "two silenced episodes");
  await sleep(1_000);
  await first.kill();
  await endSilences("held");
  await bench.write(["cleared", "held/cpu2", 5, 0]);
  await bench.start(source).ready();
  expect(await bench.toldSoFar(2)).toEqual([
    `raised free/cpu1 ${timeOf(0)}`,
    `raised held/cpu1 ${timeOf(0)}`,
  ]);
  await sleep(3_000);
  expect(bench.told).toHaveLength(2);
});

test.concurrent("known silences hold while PostgreSQL is away; if it has never answered, alerts are posted", async ({
  bench,
}) => {
  const proxy = await TcpProxy.start(postgres.port);
  const viaProxy = { silences: { postgres: { ...postgres, port: proxy.port }, table: "cpu_silences" } };
  await silence("cut");
  const first = await bench.start(viaProxy).ready();
  await proxy.close();
  await until(() => first.status?.lastError?.startsWith("silences cannot be read") === true, "the trouble");
  await bench.write(["raised", "cut/cpu1", 0], ["raised", "other/cpu1", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised other/cpu1 ${timeOf(0)}`]);
  await sleep(2_000);
  expect(bench.told).toHaveLength(1);
  await first.terminate();

  await bench.start(viaProxy).ready();
  expect((await bench.toldSoFar(2))[1]).toBe(`raised cut/cpu1 ${timeOf(0)}`);
});

test.concurrent("the webhook obeys silences too, and one channel's refusal does not stop the other", async ({
  bench,
  onTestFinished,
}) => {
  const hook = await new WebhookStandIn().start();
  onTestFinished(() => hook.stop());
  await silence("mute");
  const notifier = await bench.start({ ...source, webhookUrl: hook.url, stack: "demo" }).ready();
  await until(() => notifier.status?.channels.length === 2, "both channels");
  hook.fail({ kind: "status", status: 400, body: "no" });
  await bench.write(["raised", "mute/cpu1", 0], ["raised", "heard/cpu1", 0]);
  expect(await bench.toldSoFar(1)).toEqual([`raised heard/cpu1 ${timeOf(0)}`]);
  await until(
    () =>
      notifier.status?.channels[1]?.lastError?.includes(
        "The webhook refuses alerts (HTTP status 400: no)",
      ) === true,
    "the refusal",
  );
  await bench.write(["cleared", "heard/cpu1", 3, 0]);
  expect(await bench.toldSoFar(2)).toHaveLength(2);
  expect(await notifier.terminate()).toBe(0);

  await bench.start({ ...source, webhookUrl: hook.url, stack: "demo" }).ready();
  await until(() => hook.messages.length === 2, "what was left");
  expect(hook.messages.map(({ status, alerts }) => [status, alerts[0]?.labels.series])).toEqual([
    ["firing", "heard/cpu1"],
    ["resolved", "heard/cpu1"],
  ]);
});

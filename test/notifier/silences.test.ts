import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject } from "vitest";
import type { AlertEvent } from "../../apps/notifier/alertRow.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import { readSql } from "../../components/pipelineSql.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { type AlertLine, type NotifierBench, timeOf } from "../support/slackNotifier.ts";
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
/** @returns when, in epoch ms: PostgreSQL has this machine's clock */
const endSilences = async (host: string): Promise<number> => {
  const deleted = await query(
    `DELETE FROM cpu_silences WHERE hostname = '${host}' RETURNING clock_timestamp() AS at`,
  );
  return deleted.rows[0].at.getTime();
};
/** How long the notifier may take to follow. */
const FOLLOWED_MS = 5_000;
/** When the machine stalls, the notifier may be late with a host. It must be in time with one of three. */
async function inTime(
  hosts: readonly string[],
  follows: (host: string) => Promise<boolean>,
): Promise<string> {
  for (const host of hosts) if (await follows(host)) return host;
  throw new Error(`the notifier took longer than ${FOLLOWED_MS} ms with each of ${hosts.join(", ")}`);
}
const toldAbout = (bench: NotifierBench, host: string) =>
  bench.told.filter((line) => line.includes(` ${host}/`));

// The tests' stack creates the table; nothing is lost if a test runs alone on another table.
beforeAll(() => query(readSql("postgres/cpu_silences.sql")));
afterAll(() => query("DELETE FROM cpu_silences"));

test.concurrent("a silenced episode is posted at the end of its silence if it is still ongoing, and never otherwise", async ({
  bench,
}) => {
  const hosts = ["quiet1", "quiet2", "quiet3"];
  for (const host of hosts) await silence(host);
  const notifier = await bench.start(source).ready();
  const rows = (event: AlertEvent, cpu: string, window: number) =>
    hosts.map((host): AlertLine => [event, `${host}/${cpu}`, window, 0]);
  await bench.write(...rows("raised", "cpu1", 0), ...rows("raised", "cpu2", 0), ["raised", "loud/cpu1", 0]);
  await until(() => notifier.slack?.silenced === 6, "six silenced episodes");
  await bench.toldSoFar(1);
  await bench.write(...rows("cleared", "cpu2", 4));
  await until(() => notifier.slack?.silenced === 3, "three silenced episodes");
  expect(bench.told).toEqual([`raised loud/cpu1 ${timeOf(0)}`]);

  const quiet = await inTime(hosts, async (host) => {
    const endedAt = await endSilences(host);
    await until(() => toldAbout(bench, host).length > 0, `a message about ${host}`);
    expect(toldAbout(bench, host)).toEqual([`raised ${host}/cpu1 ${timeOf(0)}`]);
    const posted = bench.slack.workspace.messages.at(-1);
    expect(posted?.text).toContain("silenced until now");
    return (posted?.at ?? Number.NaN) - endedAt < FOLLOWED_MS;
  });
  await bench.write(["cleared", `${quiet}/cpu1`, 9, 0]);
  await until(() => toldAbout(bench, quiet).length > 1, "the end of the episode");
  expect(bench.told.at(-1)).toBe(`cleared ${quiet}/cpu1 ${timeOf(9)}`);
  expect(toldAbout(bench, quiet)).toHaveLength(2);
});

test.concurrent("a silence takes effect within 5 seconds, expires, and applies only to its CPU and its rule", async ({
  bench,
}) => {
  const notifier = await bench.start(source).ready();
  const late = await inTime(["late1", "late2", "late3"], async (host) => {
    await silence(host, ", cpu, rule", ", 'cpu1', 'threshold'");
    await silence(host, ", rule", ", 'learned'");
    await sleep(FOLLOWED_MS);
    await bench.write(["raised", `${host}/cpu1`, 0], ["raised", `${host}/cpu2`, 0]);
    const isRead = () => notifier.slack?.silenced === 1 || toldAbout(bench, host).length === 2;
    await until(() => toldAbout(bench, host).length > 0 && isRead(), `what happens with ${host}`);
    await sleep(2_000);
    expect(toldAbout(bench, host)).toContain(`raised ${host}/cpu2 ${timeOf(0)}`);
    return toldAbout(bench, host).length === 1;
  });
  await query(
    `UPDATE cpu_silences SET until = now() + interval '3 s' WHERE hostname = '${late}' AND cpu = 'cpu1'`,
  );
  await until(() => toldAbout(bench, late).length > 1, "the end of the silence");
  expect(toldAbout(bench, late)[1]).toBe(`raised ${late}/cpu1 ${timeOf(0)}`);
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

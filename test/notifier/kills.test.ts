import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { notifierTest as test } from "../support/notifierTest.ts";
import { timeOf } from "../support/slackNotifier.ts";
import { until } from "../support/topics.ts";

const POST = "chat.postMessage";

/** Waits until Kafka has removed every member of a group. */
async function deserted(group: string): Promise<void> {
  const admin = kafkaClient(inject("services").kafka, "test").admin();
  await admin.connect();
  const isDeserted = async () => (await admin.describeGroups([group])).groups[0]?.members.length === 0;
  await until(isDeserted, `the group ${group} to have no members`);
  await admin.disconnect();
}

test.concurrent.for([
  ["after Slack has taken the message, before its answer", true],
  ["before Slack takes the message", false],
] as const)(
  "a message is posted exactly once when the notifier is killed %s",
  async ([, accepted], { bench }) => {
    const first = await bench.start().ready();
    bench.slack.fail(POST, { kind: "hang", accepted });
    await bench.write(["raised", "dopey/cpu4", 0]);
    await until(() => bench.slack.count(POST) === 1, "the request");
    await first.kill();
    expect(bench.told).toHaveLength(accepted ? 1 : 0);
    expect(await bench.committed()).toBe(0);

    const second = await bench.start().ready();
    // Changes that come up at the same time share a message.
    await bench.toldSoFar(1);
    await bench.write(["cleared", "dopey/cpu4", 2, 0]);
    expect(await bench.toldSoFar(2)).toEqual([
      `raised dopey/cpu4 ${timeOf(0)}`,
      `cleared dopey/cpu4 ${timeOf(2)}`,
    ]);
    expect(bench.slack.count("conversations.history")).toBe(1);
    await until(() => second.slack?.posted === 2, "both messages to be counted");
    expect(second.slack?.openAlerts).toBe(0);
  },
);

test.concurrent("without the scope to read history, the notifier warns of a possible duplicate and posts", async ({
  bench,
}) => {
  bench.slack.workspace.scopes.delete("channels:history");
  const first = await bench.start().ready();
  bench.slack.fail(POST, { kind: "hang", accepted: true });
  await bench.write(["raised", "dopey/cpu4", 0]);
  await until(() => bench.told.length === 1, "the message");
  await first.kill();
  await sleep(1_000);
  const second = await bench.start().ready();
  const warning = /missing_scope.*channels:history.*may be a duplicate/;
  await second.says(warning);
  expect(await bench.toldSoFar(2)).toHaveLength(2);
});

test.concurrent("a notifier that was removed from its group while suspended rejoins and posts everything once", async ({
  bench,
}) => {
  const notifier = await bench.start().ready();
  await bench.write(["raised", "dopey/cpu4", 0]);
  await bench.toldSoFar(1);
  notifier.suspend();
  await bench.write(["cleared", "dopey/cpu4", 1, 0], ["raised", "dopey/cpu4", 2]);
  await deserted(bench.name);
  notifier.resume();
  expect(await bench.toldSoFar(3)).toEqual([
    `raised dopey/cpu4 ${timeOf(0)}`,
    `cleared dopey/cpu4 ${timeOf(1)}`,
    `raised dopey/cpu4 ${timeOf(2)}`,
  ]);
  await until(() => notifier.output.split("active: ").length === 3, "the second beginning");
  await bench.write(["cleared", "dopey/cpu4", 3, 2]);
  expect((await bench.toldSoFar(4))[3]).toBe(`cleared dopey/cpu4 ${timeOf(3)}`);
});

test.concurrent("a notifier that was suspended while another took over repeats nothing", async ({
  bench,
}) => {
  const first = await bench.start().ready();
  const second = bench.start();
  await until(() => second.output.includes("standing by"), "the second to stand by");
  first.suspend();
  await bench.write(["raised", "dopey/cpu4", 0]);
  await bench.toldSoFar(1);
  await second.says("active: ");
  first.resume();
  await bench.write(["cleared", "dopey/cpu4", 1, 0]);
  expect(await bench.toldSoFar(2)).toEqual([
    `raised dopey/cpu4 ${timeOf(0)}`,
    `cleared dopey/cpu4 ${timeOf(1)}`,
  ]);
  await sleep(3_000);
  expect(bench.told).toHaveLength(2);
});

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { runningServer } from "../../provider/process/serverProcess.ts";
import { type Broker, startBroker } from "../support/brokerOfOneTest.ts";
import { consume, until } from "../support/topics.ts";

const PRODUCERS = 30;
const PARTITIONS = [0, 1, 2];
const topic = "results";
/** Longer than the session of a broker in a cluster lasts by default, 9 s. */
const FROZEN_MS = 12_000;

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker({ "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000" });
  const admin = kafkaClient(broker.connection, "test").admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS.length, replicationFactor: 1 }] });
  await admin.disconnect();
});
afterAll(() => broker.remove());

/** Commits one transaction after another, each with a record in every partition, until the signal is aborted. */
async function commitUntil(signal: AbortSignal, producerName: string, committed: string[]): Promise<void> {
  let number = 0;
  while (!signal.aborted) {
    const producer = kafkaClient(broker.connection, "test", {
      retry: { retries: 3, initialRetryTime: 100 },
    }).producer({
      transactionalId: producerName,
      transactionTimeout: 3000,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    try {
      await producer.connect();
      while (!signal.aborted) {
        const id = `${producerName}-${number++}`;
        const value = JSON.stringify({ id });
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: PARTITIONS.map((partition) => ({ value, partition })) });
        await transaction.commit();
        committed.push(id);
      }
    } catch {
      // The broker has died, or has aborted a transaction that took too long, which ends the producer.
    } finally {
      await producer.disconnect().catch(() => {});
    }
  }
}

const log = () => readFileSync(broker.state.logFile, "utf8");

/** Every committed transaction is there, and each is there whole or not at all, whether or not its producer knows. */
async function expectAllOrNothing(committed: readonly string[]): Promise<void> {
  const rows = await consume(broker.connection, topic, { atLeast: committed.length * PARTITIONS.length });
  const copies = new Map<unknown, number>();
  for (const { id } of rows) copies.set(id, (copies.get(id) ?? 0) + 1);
  expect(committed.filter((id) => !copies.has(id))).toEqual([]);
  expect([...copies].filter(([, count]) => count !== PARTITIONS.length)).toEqual([]);
}

it("a broker that stood still stays in charge, so nothing waits in the partitions of its transactions", async () => {
  const committed: string[] = [];
  const stop = new AbortController();
  const producers = Array.from({ length: PRODUCERS }, (_, index) =>
    commitUntil(stop.signal, `patient-${index}`, committed),
  );
  await until(() => committed.length >= 100, "100 transactions");
  const { pid = 0 } = runningServer(broker.state) ?? {};
  process.kill(pid, "SIGSTOP");
  await sleep(FROZEN_MS);
  process.kill(pid, "SIGCONT");
  const before = committed.length;
  await until(() => committed.length >= before + 100, "100 transactions after the standstill");
  stop.abort();
  await Promise.all(producers);
  expect(log()).not.toContain("Fencing broker");
  await expectAllOrNothing(committed);
});

it("a broker that died while it committed transactions completes them, and nothing waits in their partitions", async () => {
  const committed: string[] = [];
  const death = new AbortController();
  const producers = Array.from({ length: PRODUCERS }, (_, index) =>
    commitUntil(death.signal, `producer-${index}`, committed),
  );
  await until(() => committed.length >= 300, "300 transactions");
  const { pid = 0 } = runningServer(broker.state) ?? {};
  process.kill(pid, "SIGKILL");
  death.abort();
  await Promise.all(producers);
  expect(committed.length).toBeGreaterThanOrEqual(300);

  await until(() => log().includes("the server is running again"), "the broker to run again");
  const [, restart = ""] = log().split("has ended; restarting it");
  expect(restart).toContain("Fencing broker 1");
  // It would register only once its former self had been fenced, and lead its partitions until then.
  expect(restart).not.toContain("DUPLICATE_BROKER_REGISTRATION");

  await expectAllOrNothing(committed);
});

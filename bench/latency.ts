import { setTimeout as sleep } from "node:timers/promises";
import { parseFlinkTime } from "../clients/flink/time.ts";
import { type KafkaConnection, kafkaClient } from "../clients/kafka/client.ts";
import { deliveries } from "../components/delivery.ts";
import { flink } from "../components/settings/flink.ts";
import { percentilesOf } from "../lib/percentiles.ts";
import type { TestStack } from "../test/support/testStack.ts";
import type { Report } from "./support/report.ts";
import { sendAtRate } from "./support/steadyRate.ts";

const RATES = [1_000, 10_000, 50_000];
const SECONDS = 6;
const TICK_MS = 10;
/** By then, the last results have been read. */
const SETTLED_MS = 2_000;
const DEFAULT = flink["flink.delivery"].default;
/** The host of the measured readings; the generator's readings may arrive late. */
const HOST = "bench";
const FILTERED = "cpu_load_stats_real_filter";

/**
 * The time from a reading until a read_committed reader has the filter's result, with all pipelines running. All but
 * one reading per tick are under 80 %, so the reader itself is not the bottleneck.
 */
export async function latency(stack: TestStack, report: Report): Promise<void> {
  for (const delivery of deliveries) {
    if (delivery !== DEFAULT) {
      await stack.set({ "flink.delivery": delivery });
      await stack.up();
    }
    for (const rate of RATES) {
      const { latencies, sent } = await measure(stack.outputs.kafka, rate);
      const measured = percentilesOf(latencies);
      if (measured === undefined) throw new Error(`nothing came through the filter at ${rate} readings/s`);
      const { p50, p99, count } = measured;
      const what = `latency ${delivery} at ${rate} readings/s`;
      report.add(what, { "ms p50": p50, "ms p99": p99, results: count, "readings/s sent": sent });
    }
  }
}

/** @returns latencies in ms, and how many readings per second were sent */
async function measure(
  connection: KafkaConnection,
  rate: number,
): Promise<{ latencies: number[]; sent: number }> {
  const client = kafkaClient(connection, "bench");
  const consumer = client.consumer({ groupId: `bench-latency-${rate}`, maxWaitTimeInMs: 50 });
  const producer = client.producer();
  await Promise.all([consumer.connect(), producer.connect()]);
  try {
    const latencies: number[] = [];
    const startedAt = Date.now();
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.subscribe({ topics: [FILTERED], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { value } }) => {
        const { hostname, time_ltz } = JSON.parse(String(value)) as { hostname: string; time_ltz: string };
        const sentAt = parseFlinkTime(time_ltz) ?? 0;
        if (hostname === HOST && sentAt > startedAt) latencies.push(Date.now() - sentAt);
      },
    });
    await joined;
    const signal = AbortSignal.timeout(SECONDS * 1_000);
    const sent = await sendAtRate(producer, { rate, tickMs: TICK_MS, signal }, reading);
    await sleep(SETTLED_MS);
    return { latencies, sent: sent / SECONDS };
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  }
}

/** The first reading of each request is over 80 %. */
const reading = (index: number, inRequest: number, time: number) =>
  JSON.stringify({
    hostname: HOST,
    cpu: `cpu${(index % 5) + 1}`,
    usage: inRequest === 0 ? 95.5 : 42.25,
    occurred_at: time,
  });

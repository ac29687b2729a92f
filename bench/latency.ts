import { setTimeout as sleep } from "node:timers/promises";
import { parseFlinkTime } from "../clients/flink/time.ts";
import { type KafkaConnection, kafkaClient } from "../clients/kafka/client.ts";
import { deliveries } from "../components/delivery.ts";
import { percentilesOf } from "../lib/percentiles.ts";
import { TestStack } from "../test/support/testStack.ts";
import type { Report } from "./support/report.ts";
import { sendAtRate } from "./support/steadyRate.ts";

const RATES = [1_000, 10_000, 50_000];
const SECONDS = 15;
const TICK_MS = 10;
const FILTERED = "cpu_load_stats_real_filter";

/**
 * How long it takes from the time of a reading until a read_committed reader has what the filter makes of it, with all
 * pipelines running. All readings but one a tick are under 80 %, so that the reader itself is no limit.
 */
export async function latency(report: Report): Promise<void> {
  const stack = await TestStack.create({ "notifier.enabled": false });
  try {
    for (const delivery of deliveries) {
      await stack.set({ "flink.delivery": delivery });
      await stack.up();
      for (const rate of RATES) {
        const { latencies, sent } = await measure(stack.outputs.kafka, rate);
        const measured = percentilesOf(latencies);
        if (measured === undefined) throw new Error(`nothing came through the filter at ${rate} readings/s`);
        const { p50, p99, count } = measured;
        const what = `latency ${delivery} at ${rate} readings/s`;
        report.add(what, { "ms p50": p50, "ms p99": p99, results: count, "readings/s sent": sent });
      }
    }
  } finally {
    await stack.destroy();
    stack.remove();
  }
}

/** @returns latencies in ms, and how many readings a second were sent */
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
    await consumer.subscribe({ topics: [FILTERED], fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message: { value } }) => {
        const { time_ltz: time } = JSON.parse(String(value)) as { time_ltz: string };
        const sentAt = parseFlinkTime(time) ?? 0;
        if (sentAt > startedAt) latencies.push(Date.now() - sentAt);
      },
    });
    // The consumer has joined its group.
    await sleep(3_000);
    const signal = AbortSignal.timeout(SECONDS * 1_000);
    const sent = await sendAtRate(producer, { rate, tickMs: TICK_MS, signal }, reading);
    await sleep(5_000);
    return { latencies, sent: sent / SECONDS };
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect()]);
  }
}

/** The first of a request is over 80 %. */
const reading = (index: number, inRequest: number, time: number) =>
  JSON.stringify({
    hostname: "doc",
    cpu: `cpu${(index % 5) + 1}`,
    usage: inRequest === 0 ? 95.5 : 42.25,
    occurred_at: time,
  });

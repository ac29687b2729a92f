import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Percentiles, percentilesOf } from "../../lib/percentiles.ts";
import { parseFlinkTime } from "../flink/time.ts";
import { type KafkaConnection, kafkaClient } from "../kafka/client.ts";
import { userErrorOf } from "../kafka/errors.ts";

/** What identifies a reading; its time in epoch ms. */
export interface ReadingKey {
  readonly hostname: string;
  readonly cpu: string;
  readonly time: number;
}

/** The topics between which latency is measured; both contain the host, CPU and time of a reading. */
export interface Route {
  readonly source: string;
  readonly output: string;
  /** Reads a message of the source; undefined if it is not a reading. */
  readonly readingIn: (value: Buffer | null) => ReadingKey | undefined;
}

/**
 * Measures the end-to-end latency of the filter for the readings that pass through during the measurement.
 *
 * @param forMs how long to measure
 * @returns ms from a reading's arrival in Kafka until a consumer got its result; undefined if nothing passed through
 */
export async function measureLatency(
  connection: KafkaConnection,
  { source, output, readingIn }: Route,
  forMs: number,
): Promise<Percentiles | undefined> {
  const arrivals = new Map<string, number>();
  const latencies: number[] = [];
  const kafka = kafkaClient(connection, "streaming-status", { retry: { retries: 1 } });
  // Separate consumers, so that the flood of readings does not delay the results.
  const consumers = [source, output].map((topic) => ({
    topic,
    consumer: kafka.consumer({ groupId: `streaming-status-${randomUUID()}`, maxWaitTimeInMs: 50 }),
  }));
  try {
    await Promise.all(
      consumers.map(async ({ topic, consumer }) => {
        await consumer.connect();
        await consumer.subscribe({ topics: [topic] });
        await consumer.run({
          autoCommit: false,
          eachMessage: async ({ message: { value, timestamp } }) => {
            const reading = topic === source ? readingIn(value) : undefined;
            if (reading !== undefined) arrivals.set(key(reading), Number(timestamp));
            const arrivedAt = topic === output ? arrivals.get(rowKey(value)) : undefined;
            if (arrivedAt !== undefined) latencies.push(Date.now() - arrivedAt);
          },
        });
      }),
    );
    await sleep(forMs);
  } catch (error) {
    throw userErrorOf(error, connection, `read the topics ${source} and ${output}`);
  } finally {
    await Promise.all(consumers.map(({ consumer }) => consumer.disconnect()));
  }
  return percentilesOf(latencies);
}

function rowKey(value: Buffer | null): string {
  const { hostname, cpu, time_ltz } = JSON.parse(String(value));
  return key({ hostname, cpu, time: parseFlinkTime(time_ltz) ?? Number.NaN });
}

const key = ({ hostname, cpu, time }: ReadingKey) => JSON.stringify([hostname, cpu, time]);

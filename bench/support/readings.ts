import { setTimeout as sleep } from "node:timers/promises";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

export interface Fill {
  readonly readings: number;
  readonly partitions: number;
  /** How many of the partitions get readings; all unless given. */
  readonly filled?: number;
  /** How many hosts, of five CPUs each. */
  readonly hosts?: number;
  /** Readings of one second of event time. */
  readonly perSecond?: number;
}

/** A topic that several benchmarks read: 2,000,000 readings of seven hosts in 8 partitions. */
export const EVEN = { topic: "bench_even", readings: 2_000_000, partitions: 8 } as const;

const filledTopics = new Set<string>();

/**
 * Creates a topic and fills it with readings as the generator writes them, each series in one partition, in the order of
 * event time; once a broker.
 */
export async function fillTopic(connection: KafkaConnection, topic: string, fill: Fill): Promise<void> {
  const place = `${connection.bootstrapServers}/${topic}`;
  if (filledTopics.has(place)) return;
  filledTopics.add(place);
  const { readings, partitions, filled = partitions, hosts = 7, perSecond = 10_000 } = fill;
  await createTopic(connection, topic, partitions);
  await sleep(1_000);
  const producer = kafkaClient(connection, "bench").producer();
  await producer.connect();
  const start = Date.now() - Math.ceil((readings / perSecond) * 1000) - 60_000;
  const batch = 10_000;
  for (let first = 0; first < readings; first += batch) {
    const messages = Array.from({ length: Math.min(batch, readings - first) }, (_, offset) => {
      const index = first + offset;
      const occurredAt = start + Math.floor((index * 1000) / perSecond);
      const series = index % (hosts * 5);
      return { partition: series % filled, ...reading(index, series, hosts, occurredAt) };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

/** With two decimals, as the generator writes it, evenly from 0 to 100; its key is that of the generator too. */
function reading(index: number, series: number, hosts: number, occurredAt: number) {
  const usage = ((index * 7_919) % 10_001) / 100;
  const hostname = hosts === NAMES.length ? NAMES[series % hosts] : `host-${series % hosts}`;
  const cpu = `cpu${Math.floor(series / hosts) + 1}`;
  return {
    key: `${hostname}/${cpu}`,
    value: JSON.stringify({ hostname, cpu, usage, occurred_at: occurredAt }),
  };
}

const NAMES = ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey"];

/** Creates a topic, unless there is one of this name. */
export async function createTopic(
  connection: KafkaConnection,
  topic: string,
  partitions: number,
): Promise<void> {
  const admin = kafkaClient(connection, "bench").admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: false });
  await admin.disconnect();
}

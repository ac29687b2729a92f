import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import type { Cluster } from "./cluster.ts";

export interface Fill {
  readonly readings: number;
  readonly partitions: number;
  /** Whether all readings go to a single partition; by default the key decides the partition of each series. */
  readonly inOne?: boolean;
  /** How many hosts, with five CPUs each. */
  readonly hosts?: number;
  /** Readings per second of event time. */
  readonly perSecond?: number;
}

/** A topic that several benchmarks read: 2,000,000 readings of seven hosts in 8 partitions. */
export const EVEN = { topic: "bench_even", readings: 2_000_000, partitions: 8 } as const;

const MESSAGES = `CREATE TABLE messages (series STRING, reading STRING) WITH (
  'connector' = 'kafka',
  'key.format' = 'raw',
  'key.fields' = 'series',
  'value.format' = 'raw',
  'value.fields-include' = 'EXCEPT_KEY'
)`;

/** With checkpoints, a bounded job waits for another one before it ends. */
export const WITHOUT_CHECKPOINTS = {
  "execution.checkpointing.interval": "1 d",
  "execution.checkpointing.checkpoints-after-tasks-finish": "false",
};

const filledTopics = new Set<string>();

/**
 * Creates a topic and has Flink fill it with readings like the generator's: each series in one partition, in event-time
 * order, usages spread evenly from 0 to 100. Happens once per broker.
 */
export async function fillTopic({ gatewayUrl, kafka }: Cluster, topic: string, fill: Fill): Promise<void> {
  const place = `${kafka.bootstrapServers}/${topic}`;
  if (filledTopics.has(place)) return;
  filledTopics.add(place);
  const { readings, partitions, inOne = false, hosts = 7, perSecond = 10_000 } = fill;
  await createTopic(kafka, topic, partitions);
  const start = Date.now() - Math.ceil((readings / perSecond) * 1000) - 60_000;
  const settings = {
    "table.dml-sync": "true",
    "parallelism.default": "1",
    // A checkpoint would contain every number still to come.
    ...WITHOUT_CHECKPOINTS,
  };
  await SqlSession.with(gatewayUrl, settings, async (session) => {
    await session.execute(`CREATE TABLE numbers (number BIGINT) WITH (
      'connector' = 'datagen',
      'rows-per-second' = '100000000',
      'fields.number.kind' = 'sequence',
      'fields.number.start' = '0',
      'fields.number.end' = '${readings - 1}'
    )`);
    const partitioner = inOne ? "fixed" : "default";
    await session.execute(
      withOptions(MESSAGES, { ...kafkaOptions(kafka), topic, "sink.partitioner": partitioner }),
    );
    await session.execute(`INSERT INTO messages
      SELECT
        CONCAT(hostname, '/', cpu),
        CONCAT('{"hostname":"', hostname, '","cpu":"', cpu, '","usage":', usage, ',"occurred_at":', occurred_at, '}')
      FROM (
        SELECT
          ${hostName("MOD(number, hosts)", hosts)} AS hostname,
          CONCAT('cpu', CAST(MOD(number / hosts, 5) + 1 AS STRING)) AS cpu,
          CAST(CAST(MOD(number * 7919, 10001) / 100.0 AS DECIMAL(5, 2)) AS STRING) AS usage,
          CAST(${start} + number * 1000 / ${perSecond} AS STRING) AS occurred_at
        FROM (SELECT number, CAST(${hosts} AS BIGINT) AS hosts FROM numbers)
      )`);
  });
}

/** SQL for a host's name: the generator's names if the number of hosts is the same. */
function hostName(number: string, hosts: number): string {
  if (hosts !== NAMES.length) return `CONCAT('host-', CAST(${number} AS STRING))`;
  return `ARRAY[${NAMES.map((name) => `'${name}'`).join(", ")}][CAST(${number} AS INT) + 1]`;
}

const NAMES = ["doc", "grumpy", "sleepy", "bashful", "happy", "sneezy", "dopey"];

/** Creates a topic unless it exists. */
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

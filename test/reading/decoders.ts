import { setTimeout as sleep } from "node:timers/promises";
import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { type Decoding, pipelineSql } from "../../components/pipelineSql.ts";
import { kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { batches } from "../oracle/harness/source.ts";
import { uniqueName } from "../support/names.ts";
import type { ClusterOutputs } from "../support/testStack.ts";
import { consume } from "../support/topics.ts";
import { ARRIVAL, type Bytes } from "./messages.ts";

/** A decoder's result for a message. */
export interface Decoded {
  readonly hostname: string | null;
  readonly cpu: string | null;
  readonly usage: number | null;
  readonly occurred_at: number | null;
  readonly heartbeat: number | null;
  readonly reason: string | null;
  readonly isValid: boolean;
}

const SINK = `CREATE TABLE DECODED (
  decoder STRING, kafka_offset BIGINT, hostname STRING, cpu STRING, usage DOUBLE, occurred_at BIGINT, heartbeat BIGINT,
  reason STRING, isValid BOOLEAN
) WITH ('connector' = 'kafka', 'value.format' = 'json')`;

/** The format `reading`, and the SQL for a Flink that does not have it. */
export const BOTH = [{ hasReadingFormat: true }, { hasReadingFormat: false }] as const;

/**
 * Has a real Flink decode messages in one or more ways.
 *
 * @returns each decoder's results, in the order of the messages
 */
export async function decode(
  { kafka, flink }: ClusterOutputs,
  messages: readonly Bytes[],
  decodings: readonly Partial<Decoding>[],
): Promise<Decoded[][]> {
  const [source, decoded] = [uniqueName("messages"), uniqueName("decoded")];
  try {
    await send(kafka, [source, decoded], messages);
    await run(flink.gatewayUrl, kafka, { source, decoded }, decodings);
    const rows = await consume(kafka, decoded);
    return decodings.map((_, index) => {
      const own = rows.filter(({ decoder }) => decoder === nameOf(index));
      const byOffset = new Map(own.map((row) => [row.kafka_offset, decodedOf(row)]));
      return messages.map((_message, offset) => {
        const found = byOffset.get(offset);
        if (found === undefined) throw new Error(`message ${offset} has no row`);
        return found;
      });
    });
  } finally {
    await deleteTopics(kafka, [source, decoded]);
  }
}

/** Runs all decoders to the end of the source. */
async function run(
  gatewayUrl: string,
  kafka: KafkaConnection,
  { source, decoded }: { readonly source: string; readonly decoded: string },
  decodings: readonly Partial<Decoding>[],
): Promise<void> {
  await SqlSession.with(gatewayUrl, SETTINGS, async (session) => {
    for (const [index, decoding] of decodings.entries()) {
      const [ddl = ""] = pipelineSql("quarantine", {}, decoding).tables;
      const table = withOptions(ddl.replace("CREATE TABLE CPU_IN", `CREATE TABLE ${nameOf(index)}`), {
        ...kafkaOptions(kafka),
        topic: source,
        "properties.group.id": source,
        "scan.startup.mode": "earliest-offset",
        "scan.bounded.mode": "latest-offset",
      });
      await session.execute(table);
    }
    await session.execute(withOptions(SINK, { ...kafkaOptions(kafka), topic: decoded }));
    const inserts = decodings.map((_, index) => insert(nameOf(index)));
    await session.execute(`EXECUTE STATEMENT SET BEGIN ${inserts.join(" ")} END`);
  });
}

const SETTINGS = { "table.dml-sync": "true", "table.local-time-zone": "UTC" };

const nameOf = (index: number) => `DECODER_${index}`;

const insert = (table: string) =>
  `INSERT INTO DECODED SELECT '${table}', kafka_offset, hostname, cpu, usage, occurred_at, heartbeat, reason,
    time_ltz IS NOT NULL FROM ${table};`;

/**
 * What pipelines see of a row: the columns of a reading if it is valid. The time is included too if there is no reason,
 * because the quarantine then reports that the clock is ahead.
 */
function decodedOf(row: Record<string, unknown>): Decoded {
  const { decoder: _, kafka_offset: __, ...rest } = row;
  const decoded = rest as unknown as Decoded;
  return {
    ...decoded,
    ...(!decoded.isValid && { hostname: null, cpu: null, usage: null }),
    ...(decoded.reason !== null && { occurred_at: null }),
  };
}

/** Creates both topics and fills the first; every message has the same arrival time. */
async function send(
  connection: KafkaConnection,
  topics: readonly string[],
  messages: readonly Bytes[],
): Promise<void> {
  const kafka = kafkaClient(connection, "test");
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = [{ name: "retention.ms", value: "-1" }];
  await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1, configEntries })) });
  await admin.disconnect();
  await sleep(500);
  const producer = kafka.producer({ maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  const [topic = ""] = topics;
  for (const batch of batches(messages.map((value) => ({ value })))) {
    await producer.send({
      topic,
      messages: batch.map(({ value }) => ({ value, timestamp: String(ARRIVAL) })),
    });
  }
  await producer.disconnect();
}

async function deleteTopics(connection: KafkaConnection, topics: readonly string[]): Promise<void> {
  for (const topic of topics) {
    const definition = { connection, topic, partitions: 1, replicationFactor: 1, config: {} };
    await topicHandler.delete(topic, definition);
  }
}

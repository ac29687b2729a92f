import { setTimeout as sleep } from "node:timers/promises";
import { SqlSession } from "../../clients/flink/sqlGateway.ts";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { withOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelines.ts";
import { kafkaOptions } from "../../components/selfManaged/tableOptions.ts";
import { batches } from "../oracle/harness/source.ts";
import { uniqueName } from "../support/names.ts";
import type { ClusterOutputs } from "../support/testStack.ts";
import { consume } from "../support/topics.ts";
import { ARRIVAL, type Bytes } from "./messages.ts";

/** What a decoder makes of a message. */
export interface Decoded {
  readonly hostname: string | null;
  readonly cpu: string | null;
  readonly usage: number | null;
  readonly occurred_at: number | null;
  readonly heartbeat: number | null;
  readonly reason: string | null;
  readonly isValid: boolean;
}

/** The format `reading`, and the SQL for a Flink that does not have it. */
export interface Verdicts {
  readonly format: Decoded;
  readonly text: Decoded;
}

const SINK = `CREATE TABLE DECODED (
  decoder STRING, kafka_offset BIGINT, hostname STRING, cpu STRING, usage DOUBLE, occurred_at BIGINT, heartbeat BIGINT,
  reason STRING, isValid BOOLEAN
) WITH ('connector' = 'kafka', 'value.format' = 'json')`;

/** Lets a real Flink decode messages in both ways; the answers are in the order of the messages. */
export async function decode(
  { kafka, flink }: ClusterOutputs,
  messages: readonly Bytes[],
): Promise<Verdicts[]> {
  const [source, decoded] = [uniqueName("messages"), uniqueName("decoded")];
  await send(kafka, [source, decoded], messages);
  await SqlSession.with(flink.gatewayUrl, SETTINGS, async (session) => {
    const tables = [true, false].map((hasReadingFormat) => {
      const [ddl = ""] = pipelineSql("filter", {}, hasReadingFormat).tables;
      const options = {
        topic: source,
        "scan.startup.mode": "earliest-offset",
        "scan.bounded.mode": "latest-offset",
      };
      const table = nameOf(hasReadingFormat);
      return withOptions(ddl.replace("CREATE TABLE CPU_IN", `CREATE TABLE ${table}`), {
        ...kafkaOptions(kafka),
        ...options,
        "properties.group.id": source,
      });
    });
    for (const ddl of tables) await session.execute(ddl);
    await session.execute(withOptions(SINK, { ...kafkaOptions(kafka), topic: decoded }));
    await session.execute(`EXECUTE STATEMENT SET BEGIN ${[true, false].map(insert).join(" ")} END`);
  });
  const rows = await consume(kafka, decoded);
  const verdictsOf = (hasReadingFormat: boolean) => {
    const own = rows.filter(({ decoder }) => decoder === nameOf(hasReadingFormat));
    return new Map(own.map((row) => [row.kafka_offset, decodedOf(row)]));
  };
  const [format, text] = [verdictsOf(true), verdictsOf(false)];
  return messages.map((_, offset) => {
    const verdicts = { format: format.get(offset), text: text.get(offset) };
    if (!verdicts.format || !verdicts.text) throw new Error(`message ${offset} has no row`);
    return verdicts as Verdicts;
  });
}

const SETTINGS = { "table.dml-sync": "true", "table.local-time-zone": "UTC" };

const nameOf = (hasReadingFormat: boolean) => (hasReadingFormat ? "BY_FORMAT" : "BY_TEXT");

function insert(hasReadingFormat: boolean): string {
  const table = nameOf(hasReadingFormat);
  return `INSERT INTO DECODED SELECT '${table}', kafka_offset, hostname, cpu, usage, occurred_at, heartbeat, reason,
    time_ltz IS NOT NULL FROM ${table};`;
}

/**
 * What pipelines see of a row: the columns of a reading if it is valid; its time also if no reason is given, since the
 * quarantine then says that its clock is ahead.
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

/** Creates both topics and fills the first; every message has the same time of arrival. */
async function send(
  connection: ClusterOutputs["kafka"],
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

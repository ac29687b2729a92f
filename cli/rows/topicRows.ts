import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { KafkaMessage } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka.ts";
import type { FollowOptions, Row } from "../rows.ts";

const SHOWN_CHARACTERS = 120;

/**
 * Reads result topics as they are committed, until the signal is aborted.
 *
 * @param pipelineOf pipeline by topic
 */
export async function followTopics(
  connection: KafkaConnection,
  pipelineOf: ReadonlyMap<string, string>,
  { signal, fromBeginning }: FollowOptions,
  onRow: (row: Row) => void,
): Promise<void> {
  if (pipelineOf.size === 0) return;
  const kafka = kafkaClient(connection, "streaming-cli");
  const consumer = kafka.consumer({ groupId: `streaming-cli-${randomUUID()}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [...pipelineOf.keys()], fromBeginning });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, message }) => {
        if (!signal.aborted) onRow({ pipeline: pipelineOf.get(topic) ?? topic, fields: fieldsOf(message) });
      },
    });
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await consumer.disconnect();
  }
}

/** The columns of a row; of a message in quarantine what its headers say, and its beginning. */
function fieldsOf({ value, headers = {} }: KafkaMessage): Row["fields"] {
  const entries = Object.entries(headers);
  if (entries.length === 0) return JSON.parse(String(value));
  const message = value === null ? "(null)" : JSON.stringify(value.toString().slice(0, SHOWN_CHARACTERS));
  return { ...Object.fromEntries(entries.map(([name, text]) => [name, String(text)])), message };
}

import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { KafkaMessage } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../kafka/client.ts";
import { userErrorOf } from "../kafka/errors.ts";
import { keepPositions, METADATA_MAX_AGE_MS, type Positions, placeOf } from "../kafka/keepPositions.ts";
import { startsOf } from "../kafka/startsOf.ts";
import type { FollowOptions, Row } from "./row.ts";

const SHOWN_CHARACTERS = 120;

/**
 * Reads committed rows of result topics until the signal is aborted.
 *
 * @param pipelineOf pipeline by topic
 * @throws KafkaRefusal when Kafka refuses the login or the read; KafkaUnreachable when it does not answer
 */
export async function followTopics(
  connection: KafkaConnection,
  pipelineOf: ReadonlyMap<string, string>,
  { signal, fromBeginning }: FollowOptions,
  onRow: (row: Row) => void,
): Promise<void> {
  if (pipelineOf.size === 0) return;
  // Few retries: a refused client should fail fast, and a consumer that loses its broker restarts anyway.
  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
  const kafka = kafkaClient(connection, "streaming-cli", { retry });
  const consumer = kafka.consumer({
    groupId: `streaming-cli-${randomUUID()}`,
    maxWaitTimeInMs: 200,
    metadataMaxAge: METADATA_MAX_AGE_MS,
  });
  const positions: Positions = new Map();
  keepPositions(consumer, positions);
  const crashed = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) reject(error);
    });
  });
  // It may be rejected before anything awaits it.
  crashed.catch(() => {});
  try {
    if (!fromBeginning) {
      // A position even of a topic without new rows, for when the consumer rejoins its group.
      const fromNow = { since: 0, atMost: 0 };
      const starts = await startsOf(kafka, new Map([...pipelineOf.keys()].map((topic) => [topic, fromNow])));
      for (const { place, start } of starts) positions.set(place, String(start));
    }
    await consumer.connect();
    await consumer.subscribe({ topics: [...pipelineOf.keys()], fromBeginning });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        positions.set(placeOf(topic, partition), String(BigInt(message.offset) + 1n));
        if (!signal.aborted) onRow({ pipeline: pipelineOf.get(topic) ?? topic, fields: fieldsOf(message) });
      },
    });
    if (!signal.aborted) await Promise.race([once(signal, "abort"), crashed]);
  } catch (error) {
    throw userErrorOf(error, connection, `read the topics ${[...pipelineOf.keys()].join(", ")}`);
  } finally {
    await consumer.disconnect();
  }
}

/** The columns of a row; for a message in quarantine, its headers and its beginning. */
function fieldsOf({ value, headers = {} }: KafkaMessage): Row["fields"] {
  const entries = Object.entries(headers);
  if (entries.length === 0) return JSON.parse(String(value));
  const message = value === null ? "(null)" : JSON.stringify(value.toString().slice(0, SHOWN_CHARACTERS));
  return { ...Object.fromEntries(entries.map(([name, text]) => [name, String(text)])), message };
}

import type { Kafka } from "kafkajs";
import { placeOf } from "./keepPositions.ts";

/** Where to start reading a topic. */
export interface Beginning {
  /** Messages that arrived in Kafka since then, epoch ms … */
  readonly since: number;
  /** … but at most this many existing messages per partition. */
  readonly atMost: number;
}

/** The end of a partition, and where a reader that knows nothing of it starts, as offsets. */
export interface Start {
  readonly high: number;
  readonly start: number;
}

/** Where to start reading each partition of topics, by its {@link placeOf}. */
export async function startsOf(
  kafka: Kafka,
  topics: ReadonlyMap<string, Beginning>,
): Promise<(Start & { readonly place: string })[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const starts = [...topics].map(async ([topic, { since, atMost }]) => {
      const [ends, first] = [
        await admin.fetchTopicOffsets(topic),
        await admin.fetchTopicOffsetsByTimestamp(topic, since),
      ];
      const end = new Map(
        ends.map(({ partition, high, low }) => [partition, { high: Number(high), low: Number(low) }]),
      );
      return first.map(({ partition, offset }) => {
        const { high = 0, low = 0 } = end.get(partition) ?? {};
        // For a partition without such a message, its end.
        const wanted = Number(offset) < 0 ? high : Number(offset);
        return { place: placeOf(topic, partition), high, start: Math.max(wanted, high - atMost, low) };
      });
    });
    return (await Promise.all(starts)).flat();
  } finally {
    await admin.disconnect();
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

const POLL_MS = 100;
/** Long enough for a slow job to start; a failed job commits nothing more. */
const STUCK_MS = 120_000;

/** A heartbeat from the year 2001: no pipeline takes it for a reading, and it does not advance event time. */
const HEARTBEAT = '{"heartbeat":1000000000000}';

/** How fast consumer groups read a topic to its end at the same time; core-seconds are those of who reads for them. */
export type Throughput = Readonly<Record<"readings/s" | "readings/core-s", number>>;

/** What is measured, and from when. */
export interface Measuring {
  /** CPU seconds that the readers have used. */
  readonly used: () => number;
  /** How much of the topic each group reads first, from 0 to 1: Java compiles what is called often. */
  readonly part?: number;
}

/**
 * Follows the commits of consumer groups until each has read the topic to its end. Measures from when all of them have
 * begun, so that startup does not count. Meanwhile it adds heartbeats, because a Flink consumer that waits for messages
 * commits only every 10 seconds.
 *
 * @throws if no group commits anything for two minutes, with the position of each
 */
export async function followToEnd(
  connection: KafkaConnection,
  topic: string,
  groups: readonly string[],
  { used, part = 0 }: Measuring,
): Promise<Throughput> {
  const client = kafkaClient(connection, "bench");
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const partitions = await admin.fetchTopicOffsets(topic);
    const end = sumOf(partitions);
    const heartbeats = partitions.map(({ partition }) => ({ partition, value: HEARTBEAT }));
    const positions = groups.map(() => 0);
    let movedAt = performance.now();
    let begin: { readonly ms: number; readonly used: number; readonly left: readonly number[] } | undefined;
    while (Math.min(...positions) < end) {
      for (const [index, groupId] of groups.entries()) {
        const position = await committed(admin, groupId, topic);
        if (position <= (positions[index] ?? 0)) continue;
        movedAt = performance.now();
        positions[index] = position;
      }
      if (begin === undefined && Math.min(...positions) >= Math.max(part * end, 1))
        begin = { ms: movedAt, used: used(), left: positions.map((position) => Math.max(end - position, 0)) };
      if (performance.now() - movedAt > STUCK_MS) throw new Error(stuck(groups, positions, end));
      await producer.send({ topic, messages: heartbeats });
      await sleep(POLL_MS);
    }
    if (begin === undefined || movedAt === begin.ms)
      throw new Error("the topic is too short: it was read between two commits");
    const seconds = (movedAt - begin.ms) / 1000;
    const average = begin.left.reduce((total, left) => total + left, 0) / groups.length;
    return {
      "readings/s": Math.max(...begin.left) / seconds,
      "readings/core-s": average / (used() - begin.used),
    };
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

function stuck(groups: readonly string[], positions: readonly number[], end: number): string {
  const places = groups.map((group, index) => `${group} ${positions[index]}`);
  return `nothing has been committed for ${STUCK_MS / 1000} s; of ${end} messages: ${places.join(", ")}`;
}

/** How many messages of a topic a consumer group has committed. */
export async function committed(admin: Admin, groupId: string, topic: string): Promise<number> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return sumOf(offsets?.partitions.filter(({ offset }) => offset !== "-1") ?? []);
}

export const sumOf = (offsets: readonly { offset: string }[]) =>
  offsets.reduce((total, { offset }) => total + Number(offset), 0);

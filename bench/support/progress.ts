import { setTimeout as sleep } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

const POLL_MS = 100;
/** Long enough for a slow job to start; a failed job commits nothing more. */
const STUCK_MS = 120_000;

/** How far a consumer group had read, and when. Each checkpoint brings a commit. */
interface Commit {
  readonly ms: number;
  readonly readings: number;
}

/** A heartbeat from the year 2001: no pipeline takes it for a reading, and it does not advance event time. */
const HEARTBEAT = '{"heartbeat":1000000000000}';

/**
 * Follows the commits of consumer groups until each has read the topic to its end. Meanwhile it adds heartbeats,
 * because a Flink consumer that waits for messages commits only every 10 seconds.
 *
 * @returns the topic's readings, and how many per second all groups read concurrently, counted from when the last of
 * them had begun, so that startup does not count
 * @throws if no group commits anything for two minutes, with the position of each
 */
export async function followToEnd(
  connection: KafkaConnection,
  topic: string,
  groups: readonly string[],
): Promise<{ readings: number; readingsPerSecond: number }> {
  const client = kafkaClient(connection, "bench");
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    const partitions = await admin.fetchTopicOffsets(topic);
    const end = sumOf(partitions);
    const heartbeats = partitions.map(({ partition }) => ({ partition, value: HEARTBEAT }));
    const commits = groups.map((): Commit[] => []);
    let movedAt = performance.now();
    while (commits.some((seen) => (seen.at(-1)?.readings ?? 0) < end)) {
      for (const [index, groupId] of groups.entries()) {
        const seen = commits[index] ?? [];
        const readings = await committed(admin, groupId, topic);
        if (readings <= (seen.at(-1)?.readings ?? 0)) continue;
        movedAt = performance.now();
        seen.push({ ms: movedAt, readings });
      }
      if (performance.now() - movedAt > STUCK_MS) throw new Error(stuck(groups, commits, end));
      await producer.send({ topic, messages: heartbeats });
      await sleep(POLL_MS);
    }
    return { readings: end, readingsPerSecond: rateTogether(commits, end) };
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}

function stuck(groups: readonly string[], commits: readonly (readonly Commit[])[], end: number): string {
  const places = groups.map((group, index) => `${group} ${commits[index]?.at(-1)?.readings ?? 0}`);
  return `nothing has been committed for ${STUCK_MS / 1000} s; of ${end} messages: ${places.join(", ")}`;
}

/** The most that any group had left when the last group began, divided by the time until all had finished. */
function rateTogether(commits: readonly (readonly Commit[])[], end: number): number {
  const begin = Math.max(...commits.map((seen) => seen[0]?.ms ?? 0));
  const last = Math.max(...commits.map((seen) => seen.at(-1)?.ms ?? 0));
  const left = commits.map(
    (seen) =>
      Math.max(end, seen.at(-1)?.readings ?? 0) - (seen.findLast(({ ms }) => ms <= begin)?.readings ?? 0),
  );
  if (last === begin) throw new Error("the topic is too short: it was read between two commits");
  return (Math.max(...left) / (last - begin)) * 1000;
}

/** How many messages of a topic a consumer group has committed. */
export async function committed(admin: Admin, groupId: string, topic: string): Promise<number> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return sumOf(offsets?.partitions.filter(({ offset }) => offset !== "-1") ?? []);
}

export const sumOf = (offsets: readonly { offset: string }[]) =>
  offsets.reduce((total, { offset }) => total + Number(offset), 0);

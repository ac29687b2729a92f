import { setTimeout as sleep } from "node:timers/promises";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";

const POLL_MS = 100;

/** How far a consumer group was, and when: a commit comes with each checkpoint. */
interface Commit {
  readonly ms: number;
  readonly readings: number;
}

/**
 * Follows the commits of consumer groups until each has read the topic to its end.
 *
 * @returns readings of the topic, and how many of them a second all groups read beside each other: from when the last of
 * them had begun, so that no start counts
 */
export async function followToEnd(
  connection: KafkaConnection,
  topic: string,
  groups: readonly string[],
): Promise<{ readings: number; readingsPerSecond: number }> {
  const admin = kafkaClient(connection, "bench").admin();
  await admin.connect();
  try {
    const end = sum(await admin.fetchTopicOffsets(topic));
    const commits = groups.map((): Commit[] => []);
    while (commits.some((seen) => (seen.at(-1)?.readings ?? 0) < end)) {
      for (const [index, groupId] of groups.entries()) {
        const seen = commits[index] ?? [];
        const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] });
        const readings = sum(offsets?.partitions.filter(({ offset }) => offset !== "-1") ?? []);
        if (readings > (seen.at(-1)?.readings ?? 0)) seen.push({ ms: performance.now(), readings });
      }
      await sleep(POLL_MS);
    }
    return { readings: end, readingsPerSecond: rateTogether(commits, end) };
  } finally {
    await admin.disconnect();
  }
}

/** Of what was left for each group when the last of them had begun, until all had read it. */
function rateTogether(commits: readonly (readonly Commit[])[], end: number): number {
  const begin = Math.max(...commits.map((seen) => seen[0]?.ms ?? 0));
  const last = Math.max(...commits.map((seen) => seen.at(-1)?.ms ?? 0));
  const left = commits.map((seen) => end - (seen.findLast(({ ms }) => ms <= begin)?.readings ?? 0));
  return (Math.max(...left) / (last - begin)) * 1000;
}

const sum = (offsets: readonly { offset: string }[]) =>
  offsets.reduce((total, { offset }) => total + Number(offset), 0);

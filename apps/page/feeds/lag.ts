import type { Admin } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import { userErrorOf } from "../../../clients/kafka/errors.ts";
import { placeOf } from "../../../clients/kafka/keepPositions.ts";
import type { Lag } from "../model/lag.ts";
import { LagHistory } from "../model/lagHistory.ts";
import type { World } from "../model/world.ts";
import type { Attention } from "./attention.ts";

/** Determines how precisely the age of a lag is known. */
const PACE = { watchedMs: 1_000, aloneMs: 10_000 };

/** A consumer group and the topic that it reads. */
export interface Reader {
  readonly group: string;
  readonly topic: string;
}

/** Keeps the lag of each reader, and whether Kafka answers, up to date until the signal is aborted. */
export async function feedLag(
  connection: KafkaConnection,
  readers: Readonly<Record<string, Reader>>,
  notifierGroup: string | undefined,
  world: World,
  attention: Attention,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const histories = new Map(Object.keys(readers).map((name) => [name, new LagHistory()]));
  let admin: Admin | undefined;
  const look = async () => {
    try {
      admin ??= await connected(connection);
      world.lags = await lagsOf(admin, readers, histories, world.newestOffsets);
      for (const [name, lag] of world.lags) world.catchUps.lag(name, lag, Date.now());
      world.parts.up("Kafka");
      if (notifierGroup !== undefined) await lookForNotifier(admin, notifierGroup, world, help);
    } catch (error) {
      await admin?.disconnect().catch(() => undefined);
      admin = undefined;
      world.lags = new Map();
      const problem = userErrorOf(error, connection, "look at the stack's topics");
      world.parts.down("Kafka", problem instanceof Error ? problem.message : String(problem), help);
    }
  };
  await attention.repeat(look, PACE, signal);
  await admin?.disconnect();
}

async function connected(connection: KafkaConnection): Promise<Admin> {
  const admin = kafkaClient(connection, "streaming-page", {
    retry: { retries: 0 },
    requestTimeout: 3_000,
  }).admin();
  await admin.connect();
  return admin;
}

async function lagsOf(
  admin: Admin,
  readers: Readonly<Record<string, Reader>>,
  histories: ReadonlyMap<string, LagHistory>,
  newestOffsets: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Lag>> {
  const now = Date.now();
  const topics = [...new Set(Object.values(readers).map(({ topic }) => topic))];
  const ends = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const)),
  );
  const lags = Object.entries(readers).map(async ([name, { group, topic }]) => {
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    const offsets = new Map(
      committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    const partitions = (ends.get(topic) ?? []).map(({ partition, high, low }) => ({
      partition,
      end: Number(high),
      committed: Math.max(offsets.get(partition) ?? -1, -1),
      low: Number(low),
      newestMessage: newestOffsets.get(placeOf(topic, partition)),
    }));
    return [name, histories.get(name)?.add(now, partitions)] as const;
  });
  return new Map(
    (await Promise.all(lags)).flatMap(([name, lag]) => (lag === undefined ? [] : [[name, lag]])),
  );
}

/** A running notifier is a member of its group. */
async function lookForNotifier(admin: Admin, group: string, world: World, help: string): Promise<void> {
  const { groups } = await admin.describeGroups([group]);
  const members = groups[0]?.members.length ?? 0;
  if (members > 0) world.parts.up("notifier");
  else world.parts.down("notifier", "The notifier is not reading its topics, so no messages are sent", help);
}

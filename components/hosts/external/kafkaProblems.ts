import kafkajs, { type Admin } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../../clients/kafka/client.ts";
import { userErrorOf } from "../../../clients/kafka/errors.ts";
import { isLeftover } from "../../../provider/kafka/topicAdmin.ts";
import { clusterIdOf } from "../../../provider/kafka/topicClusters.ts";
import { topicProblems } from "../../adopted/topicProblems.ts";
import type { Planned } from "../../planned.ts";
import type { StateResource } from "../../stateResources.ts";
import { type ExternalTopics, topicOf } from "./kafka.ts";

// kafkajs is CommonJS, and Node finds only some of its names as named exports.
const { KafkaJSAggregateError } = kafkajs;

/** A refusal of one topic, as kafkajs throws it; its types lack it. */
interface Refusal extends Error {
  readonly topic: string;
  /** Kafka's name of the error. */
  readonly type: string;
}

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && error.name === "KafkaJSCreateTopicError";

interface PlannedTopics extends Pick<Planned, "topics" | "existingTopic"> {
  readonly defaults: ExternalTopics;
}

/**
 * Why a Kafka cannot take the stack's topics, one sentence per problem. The brokers validate each missing topic.
 *
 * @param resources of the stack; without them, existing topics count as its own
 * @throws KafkaRefusal if it does not let us in, KafkaUnreachable if it does not answer
 */
export async function kafkaProblems(
  connection: KafkaConnection,
  planned: PlannedTopics,
  resources: readonly StateResource[] | undefined,
): Promise<string[]> {
  const { topics } = planned;
  const admin = kafkaClient(connection, "streaming-preflight", { retry: { retries: 1 } }).admin();
  try {
    await admin.connect();
    const existing = await admin.listTopics();
    const own = resources && (await ownTopics(admin, connection, planned, existing, resources));
    const missing = topics.filter(({ topic }) => !existing.includes(topic));
    const refusals = await tryOut(admin, { ...planned, topics: missing });
    const server = `Kafka at ${connection.bootstrapServers}`;
    return [
      ...topicProblems(planned, { existing, own, server }),
      ...[...refusals].map(([reason, refused]) => {
        const names = topics.map(({ topic }) => topic).filter((topic) => refused.includes(topic));
        return `${server} refuses ${names.join(", ")}: ${reason}`;
      }),
    ];
  } catch (error) {
    throw userErrorOf(error, connection, `create the topics ${topics.map(({ topic }) => topic).join(", ")}`);
  } finally {
    await admin.disconnect();
  }
}

const isOwnTopic = ({ type, inputs }: StateResource) =>
  type === "streaming:kafka:Topic" && inputs?.existing !== true;

const topicIn = ({ inputs, outputs }: StateResource) => String((outputs ?? inputs)?.topic);

/** The topics that the stack has created, except those of its names that are somebody else's in this cluster. */
async function ownTopics(
  admin: Admin,
  connection: KafkaConnection,
  { topics, defaults }: PlannedTopics,
  existing: readonly string[],
  resources: readonly StateResource[],
): Promise<string[]> {
  const id = await clusterIdOf(admin, connection);
  const own: string[] = [];
  for (const resource of resources.filter(isOwnTopic)) {
    const name = topicIn(resource);
    const clusters = resource.outputs?.clusters;
    const isElsewhere = Array.isArray(clusters) && !clusters.includes(id) && existing.includes(name);
    const wanted = topics.find(({ topic }) => topic === name);
    const isOwn =
      !isElsewhere ||
      (wanted !== undefined && (await isLeftover(admin, { connection, ...topicOf(wanted, defaults) })));
    if (isOwn) own.push(name);
  }
  return own;
}

/** @returns topics that the brokers would not create, by the reason */
async function tryOut(
  admin: Admin,
  { topics, defaults }: PlannedTopics,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const refused = new Map<string, string[]>();
  if (topics.length === 0) return refused;
  try {
    await admin.createTopics({
      validateOnly: true,
      waitForLeaders: false,
      topics: topics.map((each) => {
        const { topic, partitions, replicationFactor, config } = topicOf(each, defaults);
        const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
        return { topic, numPartitions: partitions, replicationFactor, configEntries };
      }),
    });
  } catch (error) {
    if (!(error instanceof KafkaJSAggregateError)) throw error;
    for (const each of error.errors) {
      if (!isRefusal(each)) throw error;
      const reason = reasonOf(each);
      refused.set(reason, [...(refused.get(reason) ?? []), each.topic]);
    }
  }
  return refused;
}

/** Settings that help, by the type of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  INVALID_REPLICATION_FACTOR: "set kafka.replicationFactor to a number that it allows",
  INVALID_PARTITIONS: "set kafka.partitions to a number that it allows",
  TOPIC_AUTHORIZATION_FAILED: "grant the user permission to create topics with this prefix",
};

function reasonOf({ message, type }: Refusal): string {
  const advice = ADVICE[type];
  return advice === undefined ? `${message} (${type})` : `${message} (${type}): ${advice}`;
}

import kafkajs, { type Admin } from "kafkajs";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { refusalOf } from "../../clients/kafka/errors.ts";
import { innermost } from "../../lib/rootCause.ts";
import { same } from "../resource.ts";
import { foreignTopic } from "./foreignTopic.ts";
import { alignConfig } from "./topicConfig.ts";
import type { NewTopic, TopicInputs } from "./topicInputs.ts";
import { partitionLeaders } from "./topicLeaders.ts";

// kafkajs is CommonJS, and Node recognizes only some of its names as named exports.
const {
  ConfigResourceTypes,
  KafkaJSAggregateError,
  KafkaJSConnectionError,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
} = kafkajs;

/** How long a broker may take to create a topic or partitions: a busy one needs more than kafkajs's 5 s. */
const MAKING_MS = 20_000;

/** Creates a topic. @returns false if it already exists */
export function make(
  admin: Admin,
  { topic, partitions, replicationFactor, config }: NewTopic,
): Promise<boolean> {
  return admin.createTopics({
    // kafkajs would fail while the broker it asks does not know the new topic yet; we wait ourselves.
    waitForLeaders: false,
    timeout: MAKING_MS,
    topics: [
      {
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

/**
 * Gives an existing topic the wanted number of partitions and configuration.
 *
 * @param former its definition before, if it was ours
 */
export async function align(
  admin: Admin,
  inputs: NewTopic,
  former: Pick<NewTopic, "config"> = inputs,
): Promise<void> {
  const now = await describe(admin, inputs);
  if (now !== undefined && now.partitions > inputs.partitions) {
    throw new Error(
      `topic ${inputs.topic} exists with ${now.partitions} partitions, more than the ${inputs.partitions} asked for, ` +
        `and Kafka never removes partitions: ask for ${now.partitions} or more, or delete the topic`,
    );
  }
  if (now !== undefined && now.partitions < inputs.partitions) {
    await admin.createPartitions({
      timeout: MAKING_MS,
      topicPartitions: [{ topic: inputs.topic, count: inputs.partitions }],
    });
  }
  await alignConfig(admin, inputs, former);
}

/**
 * Refuses somebody else's topic.
 *
 * @throws if the topic contains or has contained records, or has another definition
 */
export async function refuseForeign(admin: Admin, inputs: NewTopic): Promise<void> {
  if (!(await isLeftover(admin, inputs))) throw new Error(foreignTopic(inputs.topic));
}

/**
 * Whether an existing topic can be that of an interrupted `up` of ours: it matches our definition, and nobody has
 * written to it yet.
 */
export async function isLeftover(admin: Admin, inputs: NewTopic): Promise<boolean> {
  const now = await describe(admin, inputs);
  const offsets = await admin.fetchTopicOffsets(inputs.topic);
  return offsets.every(({ high }) => high === "0") && same(now, inputs);
}

/**
 * Refuses another number of copies than an existing topic has.
 *
 * @throws if a partition has more or fewer copies than asked for
 */
export async function refuseOtherCopies(admin: Admin, { topic, replicationFactor }: NewTopic): Promise<void> {
  if (!(await admin.listTopics()).includes(topic)) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const copies = new Set(topics[0]?.partitions.map(({ replicas }) => replicas.length));
  if ([...copies].every((count) => count === replicationFactor)) return;
  const has = [...copies].sort().join(" or ");
  throw new Error(
    `topic ${topic} has ${has} ${has === "1" ? "copy" : "copies"} of each record and cannot get ${replicationFactor} ` +
      `from here: Kafka would only give them to a new topic, and the records would be lost. Give the topic ` +
      `${replicationFactor} with kafka-reassign-partitions and deploy again; or set kafka.replicationFactor back to ` +
      `${has}; or destroy the stack and create it again`,
  );
}

/**
 * Deletes a topic, if there is one. It may be gone already although it was listed: a broker lists a deleted topic for a
 * moment longer, and kafkajs repeats a request whose answer was lost.
 */
export async function remove(admin: Admin, topic: string): Promise<void> {
  if (!(await admin.listTopics()).includes(topic)) return;
  try {
    await admin.deleteTopics({ topics: [topic] });
  } catch (error) {
    if (!isUnknownTopic(error)) throw error;
  }
}

/** The topic as the broker has it, with only the configuration keys that we set; undefined if there is none. */
export async function describe<T extends NewTopic>(admin: Admin, state: T): Promise<T | undefined> {
  if (!(await admin.listTopics()).includes(state.topic)) return undefined;
  const leaders = await partitionLeaders(admin, state.topic);
  const configNames = Object.keys(state.config);
  const resource = { type: ConfigResourceTypes.TOPIC, name: state.topic, configNames };
  try {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
    const entries = resources[0]?.configEntries ?? [];
    return {
      ...state,
      partitions: leaders.length,
      config: Object.fromEntries(
        entries
          .filter(({ configName }) => configNames.includes(configName))
          .map(({ configName, configValue }) => [configName, configValue]),
      ),
    };
  } catch (error) {
    // Deleted a moment ago, and listed nevertheless.
    if (isUnknownTopic(error)) return undefined;
    throw error;
  }
}

function isUnknownTopic(error: unknown): boolean {
  const root = innermost(error);
  return root instanceof KafkaJSProtocolError && root.type === "UNKNOWN_TOPIC_OR_PARTITION";
}

export async function withAdmin<T>(
  inputs: TopicInputs,
  use: (admin: Admin) => Promise<T>,
  { retries = 4 } = {},
): Promise<T> {
  const admin = kafkaClient(inputs.connection, "streaming-topic", { retry: { retries } }).admin();
  try {
    await admin.connect();
    return await use(admin);
  } catch (error) {
    const refusal = refusalOf(error, inputs.connection, `manage the topic ${inputs.topic}`);
    // If the broker refuses a topic, the message is only "Topic creation errors"; the reasons are inside.
    if (refusal !== error || !(error instanceof KafkaJSAggregateError)) throw refusal;
    const reasons = error.errors
      .map((reason) => (reason instanceof Error ? reason.message : reason))
      .join("; ");
    throw new Error(`topic ${inputs.topic} was refused by the broker: ${reasons}`);
  } finally {
    await admin.disconnect();
  }
}

export function isUnreachable(error: unknown): boolean {
  // Only kafkajs's own wrapper is unwrapped, because a refusal for the user may also have such an error as its cause.
  const cause = error instanceof KafkaJSNonRetriableError ? error.cause : error;
  return cause instanceof KafkaJSConnectionError;
}

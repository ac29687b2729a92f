import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import kafkajs, { type Admin } from "kafkajs";
import { type KafkaConnection, kafkaClient } from "../../clients/kafka.ts";
import { type Args, changedKeys, type Problem, type ResourceHandler } from "../resource.ts";

// kafkajs is CommonJS, and Node finds only some of its names as named exports.
const { ConfigResourceTypes, KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSProtocolError } =
  kafkajs;

/** What a topic is made of. */
export interface TopicInputs {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration, e.g. `{ "retention.ms": "604800000" }`. */
  readonly config: Record<string, string>;
}

// https://kafka.apache.org/documentation/#topicconfigs; the rule is in org.apache.kafka.common.internals.Topic.
const LEGAL_NAME = /^[a-zA-Z0-9._-]{1,249}$/;
const LEADER_WAIT_MS = 15_000;

export const topicHandler: ResourceHandler<TopicInputs, TopicInputs> = {
  check(inputs, former) {
    const problems: Problem[] = [];
    if (!LEGAL_NAME.test(inputs.topic)) {
      problems.push({
        property: "topic",
        reason: `"${inputs.topic}" is not a topic name: 1 to 249 letters, digits, ".", "_" and "-" are allowed`,
      });
    }
    if (!(Number.isInteger(inputs.partitions) && inputs.partitions >= 1)) {
      problems.push({ property: "partitions", reason: `${inputs.partitions} is not a whole number from 1` });
    }
    if (former?.topic === inputs.topic && inputs.partitions < former.partitions) {
      problems.push({
        property: "partitions",
        reason:
          `topic ${inputs.topic} has ${former.partitions} partitions and cannot go down to ${inputs.partitions}: ` +
          "Kafka never removes partitions, since their records would be lost. " +
          `Keep ${former.partitions} or more, or destroy the stack and create it anew`,
      });
    }
    return problems;
  },

  diff(state, inputs) {
    const replaces = changedKeys(["topic", "replicationFactor"], state, inputs);
    const changed = changedKeys(["connection", "partitions", "config"], state, inputs);
    return { changed: replaces.length + changed.length > 0, replaces };
  },

  async create(inputs) {
    await withAdmin(inputs, async (admin) => {
      const created = await admin.createTopics({
        // kafkajs fails here while a new topic is still unknown to the broker that it asks; we wait ourselves.
        waitForLeaders: false,
        topics: [
          {
            topic: inputs.topic,
            numPartitions: inputs.partitions,
            replicationFactor: inputs.replicationFactor,
            configEntries: Object.entries(inputs.config).map(([name, value]) => ({ name, value })),
          },
        ],
      });
      // It exists: left by an `up` that was interrupted before it could note the topic down.
      if (!created) await align(admin, inputs);
      await untilLed(admin, inputs);
    });
    return { id: inputs.topic, state: inputs };
  },

  async read(_id, state) {
    try {
      return await withAdmin(state, (admin) => describe(admin, state));
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      // A broker that is down says nothing about its topics: they lie on its disk.
      return state;
    }
  },

  async update(_id, _state, inputs) {
    await withAdmin(inputs, (admin) => align(admin, inputs));
    return inputs;
  },

  async delete(_id, state) {
    await withAdmin(state, async (admin) => {
      const existing = await admin.listTopics();
      if (existing.includes(state.topic)) await admin.deleteTopics({ topics: [state.topic] });
    });
  },
};

/** Brings an existing topic to the wanted number of partitions and configuration. */
async function align(admin: Admin, inputs: TopicInputs): Promise<void> {
  const now = await describe(admin, inputs);
  if (now !== undefined && now.partitions > inputs.partitions) {
    throw new Error(
      `topic ${inputs.topic} exists with ${now.partitions} partitions, more than the ${inputs.partitions} asked for, ` +
        `and Kafka never removes partitions: ask for ${now.partitions} or more, or delete the topic`,
    );
  }
  if (now !== undefined && now.partitions < inputs.partitions) {
    await admin.createPartitions({ topicPartitions: [{ topic: inputs.topic, count: inputs.partitions }] });
  }
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: inputs.topic,
        configEntries: Object.entries(inputs.config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
}

/** Waits until every partition has a leader, which is when clients can use the topic. */
async function untilLed(admin: Admin, { topic, partitions }: TopicInputs): Promise<void> {
  const giveUpAt = Date.now() + LEADER_WAIT_MS;
  for (;;) {
    const leaders = await partitionLeaders(admin, topic);
    if (leaders.length >= partitions && leaders.every((leader) => leader >= 0)) return;
    if (Date.now() > giveUpAt) {
      throw new Error(
        `topic ${topic} was created, but after ${LEADER_WAIT_MS / 1000} s not every partition has a leader`,
      );
    }
    await sleep(100);
  }
}

async function partitionLeaders(admin: Admin, topic: string): Promise<number[]> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.map(({ leader }) => leader) ?? [];
  } catch (error) {
    if (error instanceof KafkaJSProtocolError && error.retriable) return [];
    throw error;
  }
}

/** The topic as the broker has it, or undefined; of its configuration only the keys that we set. */
async function describe(admin: Admin, state: TopicInputs): Promise<TopicInputs | undefined> {
  if (!(await admin.listTopics()).includes(state.topic)) return undefined;
  const leaders = await partitionLeaders(admin, state.topic);
  const configNames = Object.keys(state.config);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name: state.topic, configNames }],
  });
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
}

async function withAdmin<T>(inputs: TopicInputs, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient(inputs.connection, "streaming-topic", { retry: { retries: 4 } }).admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

function isUnreachable(error: unknown): boolean {
  const cause = error instanceof KafkaJSNonRetriableError ? error.cause : error;
  return cause instanceof KafkaJSConnectionError || error instanceof KafkaJSConnectionError;
}

/**
 * A Kafka topic. More partitions are an update, fewer are refused; another name or replication factor
 * replaces the topic and loses its records.
 *
 * @example
 * new Topic("readings", { connection, topic: "cpu_load_stats_real", partitions: 3, replicationFactor: 1, config: {} });
 */
export class Topic extends pulumi.CustomResource {
  declare readonly topic: pulumi.Output<string>;

  constructor(name: string, args: Args<TopicInputs>, opts?: pulumi.CustomResourceOptions) {
    super("streaming:kafka:Topic", name, args, opts);
  }
}

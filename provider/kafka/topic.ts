import type { Admin } from "kafkajs";
import { warn } from "../log.ts";
import { changedKeys, type Problem, type ResourceHandler } from "../resource.ts";
import { missingTopic } from "./foreignTopic.ts";
import {
  align,
  describe,
  isUnreachable,
  make,
  refuseForeign,
  refuseOtherCopies,
  remove,
  withAdmin,
} from "./topicAdmin.ts";
import { clusterIdOf, whereaboutsOf } from "./topicClusters.ts";
import {
  type ExistingTopic,
  isExisting,
  type NewTopic,
  type TopicInputs,
  type TopicState,
} from "./topicInputs.ts";
import { awaitLeaders } from "./topicLeaders.ts";

// https://kafka.apache.org/documentation/#topicconfigs; the rule is in org.apache.kafka.common.internals.Topic.
const LEGAL_NAME = /^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/;

export const topicHandler: ResourceHandler<TopicInputs, TopicState> = {
  check(inputs, former) {
    const problems: Problem[] = [];
    if (!LEGAL_NAME.test(inputs.topic)) {
      problems.push({
        property: "topic",
        reason: `"${inputs.topic}" is not a topic name: 1 to 249 letters, digits, ".", "_" and "-" are allowed, but not "." or ".." alone`,
      });
    }
    if (isExisting(inputs)) return problems;
    if (!(Number.isInteger(inputs.partitions) && inputs.partitions >= 1)) {
      problems.push({
        property: "partitions",
        reason: `${inputs.partitions} is not a whole number of at least 1`,
      });
    }
    const own = former === undefined || isExisting(former) ? undefined : former;
    if (own?.topic === inputs.topic && inputs.partitions < own.partitions) {
      problems.push({
        property: "partitions",
        reason:
          `topic ${inputs.topic} has ${own.partitions} partitions and cannot go down to ${inputs.partitions}: ` +
          "Kafka never removes partitions, since their records would be lost. " +
          `Keep ${own.partitions} or more, or destroy the stack and create it again`,
      });
    }
    return problems;
  },

  async diff(state, inputs) {
    const replaces = replacing(state, inputs);
    if (replaces.length === 0) await checkCopies(state, inputs, { retries: 1 });
    const changed = changedKeys(
      ["connection", "partitions", "replicationFactor", "config", "existing"],
      allOf(state),
      allOf(inputs),
    );
    // Jobs that read the former topic can finish their work before it is deleted.
    const createFirst = state.topic !== inputs.topic;
    if (replaces.length + changed.length > 0)
      return { changed: true, replaces, ...(createFirst && { createFirst }) };
    const isUnrecorded = !isExisting(inputs) && inputs.shared === true && state.clusters === undefined;
    return { changed: isUnrecorded || (await isGone(inputs)), replaces };
  },

  async create(inputs) {
    const state = await withAdmin(inputs, async (admin): Promise<TopicState> => {
      if (isExisting(inputs)) return requireTopic(admin, inputs);
      // If it exists, an interrupted `up` created it without recording it.
      if (!(await make(admin, inputs))) {
        if (inputs.shared) await refuseForeign(admin, inputs);
        await align(admin, inputs);
      }
      await awaitLeaders(admin, inputs);
      if (!inputs.shared) return inputs;
      return { ...inputs, clusters: [await clusterIdOf(admin, inputs.connection)] };
    });
    return { id: inputs.topic, state };
  },

  async read(_id, state) {
    try {
      return await withAdmin(state, async (admin) => {
        if (!isExisting(state)) return describe(admin, state);
        return (await admin.listTopics()).includes(state.topic) ? state : undefined;
      });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      // A broker that is down still has its topics on disk.
      return state;
    }
  },

  async update(_id, state, inputs) {
    await checkCopies(state, inputs);
    return withAdmin(inputs, async (admin) => {
      if (isExisting(inputs)) return requireTopic(admin, inputs);
      const where = inputs.shared ? await whereaboutsOf(admin, state, inputs) : undefined;
      const made = await make(admin, inputs);
      if (!made && where?.isNewHere) await refuseForeign(admin, inputs);
      if (!made) await align(admin, inputs, isExisting(state) ? inputs : state);
      await awaitLeaders(admin, inputs);
      if (where?.hasMoved) await warn(movedAway(state, inputs));
      else if (made) await warn(wasMissing(inputs));
      return { ...inputs, ...(where && { clusters: where.clusters }) };
    });
  },

  async delete(_id, state) {
    if (isExisting(state)) return;
    await withAdmin(state, (admin) => remove(admin, state.topic));
  },
};

/**
 * The changes that require another topic. A topic created by the stack may be handed over to others in place; a topic
 * of others never becomes the stack's.
 */
function replacing(state: TopicInputs, inputs: TopicInputs): string[] {
  if (isExisting(inputs)) return changedKeys(["topic"], state, inputs);
  if (isExisting(state)) return ["existing"];
  return changedKeys(["topic"], state, inputs);
}

/**
 * Another number of copies is accepted once the topic has it: only Kafka's own tool can change it without losing the
 * records.
 *
 * @throws if the topic has another number than the one that is newly asked for
 */
async function checkCopies(
  state: TopicInputs,
  inputs: TopicInputs,
  options?: { readonly retries: number },
): Promise<void> {
  if (isExisting(state) || isExisting(inputs)) return;
  if (state.replicationFactor === inputs.replicationFactor) return;
  try {
    await withAdmin(inputs, (admin) => refuseOtherCopies(admin, inputs), options);
  } catch (error) {
    // In an update, whatever comes next fails for the same reason.
    if (!isUnreachable(error)) throw error;
  }
}

const allOf = (inputs: TopicInputs): Partial<Omit<NewTopic, "existing">> & { existing?: boolean } => inputs;

const wasMissing = ({ topic, connection }: NewTopic) =>
  `the topic ${topic} was missing from Kafka at ${connection.bootstrapServers}, with its records: ` +
  "it has been recreated, empty";

const movedAway = (former: TopicState, { topic, connection }: NewTopic) =>
  `the topic ${topic} is now in another Kafka, at ${connection.bootstrapServers}. The former one stays at ` +
  `${former.connection.bootstrapServers}, with its records: delete it if nobody needs it`;

/** @throws if it does not exist */
async function requireTopic(admin: Admin, inputs: ExistingTopic): Promise<ExistingTopic> {
  if (!(await admin.listTopics()).includes(inputs.topic)) throw new Error(missingTopic(inputs.topic));
  return inputs;
}

/** Whether the broker has lost the topic; a broker that is down still has its topics on disk. */
async function isGone(inputs: TopicInputs): Promise<boolean> {
  try {
    const topics = await withAdmin(inputs, (admin) => admin.listTopics(), { retries: 1 });
    return !topics.includes(inputs.topic);
  } catch (error) {
    if (isUnreachable(error)) return false;
    throw error;
  }
}

import type { Admin } from "kafkajs";
import type { NewTopic, TopicState } from "./topicInputs.ts";

/** In which cluster a topic is now. */
export interface Whereabouts {
  /** For the state. */
  readonly clusters: readonly string[];
  /** Whether it was in another cluster before. */
  readonly hasMoved: boolean;
  /** Whether a topic of that name may belong to somebody else, because the stack has never been in this cluster. */
  readonly isNewHere: boolean;
}

/**
 * Compares the cluster with those in which the stack has created the topic before. Another address may be one of the
 * same cluster.
 */
export async function whereaboutsOf(
  admin: Admin,
  state: TopicState,
  { connection }: NewTopic,
): Promise<Whereabouts> {
  const id = await clusterIdOf(admin, connection);
  // States written by earlier versions have no clusters.
  const isSameAddress = state.connection.bootstrapServers === connection.bootstrapServers;
  const former = state.clusters ?? (isSameAddress ? [id] : []);
  return {
    clusters: [...former.filter((each) => each !== id), id],
    hasMoved: former.at(-1) !== id,
    isNewHere: !former.includes(id),
  };
}

/** What identifies a cluster; its address if it does not tell its id. */
export async function clusterIdOf(
  admin: Admin,
  { bootstrapServers }: NewTopic["connection"],
): Promise<string> {
  const { clusterId } = await admin.describeCluster();
  return clusterId || bootstrapServers;
}

import type { KafkaConnection } from "../../clients/kafka/client.ts";

/** A topic: one to create, or one that already exists. */
export type TopicInputs = NewTopic | ExistingTopic;

/** The definition of a topic. */
export interface NewTopic {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration, e.g. `{ "retention.ms": "604800000" }`. */
  readonly config: Record<string, string>;
  /** Whether others have topics in the cluster: a topic of that name that contains records is then not taken over. */
  readonly shared?: boolean;
  readonly existing?: never;
}

/** Somebody else's topic, which is used as it is: it is never changed or deleted. */
export interface ExistingTopic {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly existing: true;
}

/**
 * A topic as it was last applied. If others have topics too, it includes the ids of the clusters in which the stack has
 * created the topic, the present one last: in another cluster, a topic of that name may be somebody else's.
 */
export type TopicState = TopicInputs & { readonly clusters?: readonly string[] };

export const isExisting = (inputs: TopicInputs): inputs is ExistingTopic => inputs.existing === true;

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

export const isExisting = (inputs: TopicInputs): inputs is ExistingTopic => inputs.existing === true;

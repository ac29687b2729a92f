import type { KafkaConnection } from "../../clients/kafka/client.ts";

/** A topic: one that is made, or one that is there already. */
export type TopicInputs = NewTopic | ExistingTopic;

/** The definition of a topic. */
export interface NewTopic {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration, e.g. `{ "retention.ms": "604800000" }`. */
  readonly config: Record<string, string>;
  /** Whether others have topics in the cluster: one of that name that holds records is not taken over. */
  readonly shared?: boolean;
  readonly existing?: never;
}

/** A topic of somebody else, which is used as it is: nothing is changed in it, and it is never deleted. */
export interface ExistingTopic {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly existing: true;
}

export const isExisting = (inputs: TopicInputs): inputs is ExistingTopic => inputs.existing === true;

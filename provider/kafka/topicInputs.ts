import type { KafkaConnection } from "../../clients/kafka/client.ts";

/** The definition of a topic. */
export interface TopicInputs {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration, e.g. `{ "retention.ms": "604800000" }`. */
  readonly config: Record<string, string>;
  /** Whether others have topics in the cluster: one of that name that holds records is not taken over. */
  readonly shared?: boolean;
}

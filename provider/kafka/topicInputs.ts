import type { KafkaConnection } from "../../clients/kafka/client.ts";

/** What a topic is made of. */
export interface TopicInputs {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** Topic configuration, e.g. `{ "retention.ms": "604800000" }`. */
  readonly config: Record<string, string>;
}

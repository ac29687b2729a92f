import * as pulumi from "@pulumi/pulumi";
import type { KafkaConnection } from "../../../clients/kafka/client.ts";
import { Topic } from "../../../provider/sdk.ts";
import { ARRIVAL_TIME } from "../../arrivalTime.ts";
import type { KafkaCluster, TopicArgs } from "../../contract.ts";
import { retention } from "../../retention.ts";

/** What all topics have in common. */
export interface ExternalTopics {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly retentionHours: number;
}

export interface ExternalKafkaArgs {
  readonly connection: KafkaConnection;
  readonly topics: ExternalTopics;
}

/**
 * An existing Apache Kafka, whoever runs it. Only topics are created in it. All roles share the one user whose login is
 * given. It adds no cost.
 *
 * @example
 * const kafka = new ExternalKafka("kafka", { connection, topics });
 */
export class ExternalKafka extends pulumi.ComponentResource implements KafkaCluster {
  private readonly address: pulumi.Output<KafkaConnection>;

  constructor(
    name: string,
    private readonly args: ExternalKafkaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:external:Kafka", name, {}, opts);
    this.address = pulumi.secret(args.connection);
    this.registerOutputs();
  }

  /** The same for all clients. */
  connection(): pulumi.Output<KafkaConnection> {
    return this.address;
  }

  createTopic(name: string, args: TopicArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    if (args.existing) {
      return new Topic(name, { connection: this.address, topic: args.topic, existing: true }, opts);
    }
    const inputs = topicOf(args, this.args.topics);
    return new Topic(name, { connection: this.address, ...inputs, shared: true }, opts);
  }
}

/** A topic's inputs, without the connection. */
export function topicOf(
  args: Pick<TopicArgs, "topic" | "config" | "leastRetentionHours">,
  defaults: ExternalTopics,
) {
  const { partitions, replicationFactor, minInsyncReplicas, retentionHours } = defaults;
  return {
    topic: args.topic,
    partitions,
    replicationFactor,
    config: {
      ...retention(retentionHours, args),
      "min.insync.replicas": String(minInsyncReplicas),
      ...ARRIVAL_TIME,
      ...args.config,
    },
  };
}

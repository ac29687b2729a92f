import type { Admin, Cluster, Consumer, Kafka } from "kafkajs";
import type { PartitionOffset } from "./positions.ts";
import { soleAssigner } from "./soleAssigner.ts";

/** Asks Kafka where topics begin and end. Each method throws an error of kafkajs when Kafka is unreachable. */
export class TopicEnds {
  readonly #admin: Admin;
  readonly #onlooker: Consumer;
  #cluster: Cluster | undefined;

  constructor(kafka: Kafka, groupId: string) {
    this.#admin = kafka.admin();
    // The admin client takes the beginning of an open transaction for the end. A consumer that reads
    // uncommitted records knows better; this one joins no group.
    this.#onlooker = kafka.consumer({
      groupId,
      readUncommitted: true,
      partitionAssigners: [
        (config) => {
          this.#cluster = config.cluster;
          return soleAssigner(() => 0)(config);
        },
      ],
    });
  }

  /** The topics of these that do not exist. */
  missing(topics: readonly string[]): Promise<string[]> {
    return this.#ask(async () => {
      const existing = await this.#admin.listTopics();
      return topics.filter((topic) => !existing.includes(topic));
    });
  }

  /** Behind the last record of each partition, those of open transactions included. */
  ends(topic: string): Promise<readonly PartitionOffset[]> {
    return this.#ask(async () => {
      if (this.#cluster === undefined) throw new Error("kafkajs did not ask for an assigner");
      const offsets = await this.#admin.fetchTopicOffsets(topic);
      await this.#cluster.addTargetTopic(topic);
      const [found] = await this.#cluster.fetchTopicsOffset([
        { topic, partitions: offsets, fromBeginning: false },
      ]);
      return (found?.partitions ?? [])
        .map(({ partition, offset }) => ({ topic, partition, offset }))
        .filter(({ partition, offset }) => offset !== lowOf(offsets, partition));
    });
  }

  /** Where the group continues: at its committed offsets, else at the beginning. */
  starts(groupId: string, topic: string): Promise<readonly PartitionOffset[]> {
    return this.#ask(async () => {
      const [committed] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
      const offsets = await this.#admin.fetchTopicOffsets(topic);
      return offsets.map(({ partition, low }) => {
        const offset = committed?.partitions.find((other) => other.partition === partition)?.offset ?? "-1";
        return { topic, partition, offset: offset === "-1" ? low : offset };
      });
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#admin.disconnect(), this.#onlooker.disconnect()]);
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      await this.#admin.connect();
      await this.#onlooker.connect();
      return await question();
    } catch (error) {
      // The next question begins with new connections.
      await this.close().catch(() => {});
      throw error;
    }
  }
}

/** An empty partition begins where it ends, and has nothing to be read. */
function lowOf(offsets: readonly { readonly partition: number; readonly low: string }[], partition: number) {
  return offsets.find((other) => other.partition === partition)?.low;
}

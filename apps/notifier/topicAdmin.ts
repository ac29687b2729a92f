import type { Admin, Kafka } from "kafkajs";
import { type Extent, type Offsets, type Progress, readCommitted } from "./progress.ts";

/** Asks Kafka about the topic of the alerts. Each method throws a kafkajs error if Kafka is unreachable. */
export class TopicAdmin {
  constructor(
    private readonly kafka: Kafka,
    private readonly topic: string,
  ) {}

  exists(): Promise<boolean> {
    return this.#ask(async (admin) => (await admin.listTopics()).includes(this.topic));
  }

  /** Whether there are committed records after the positions. */
  hasMore(positions: Offsets): Promise<boolean> {
    return this.#ask(async (admin) => {
      // The high offset follows the last record, or is where the first open transaction begins.
      const offsets = await admin.fetchTopicOffsets(this.topic);
      return offsets.some(({ partition, high }) => (positions.get(partition) ?? 0) < Number(high));
    });
  }

  /** What the topic holds, and the progress that a group committed, if any. */
  standing(groupId: string): Promise<Extent & { readonly progress: Progress | undefined }> {
    return this.#ask(async (admin) => {
      const offsets = await admin.fetchTopicOffsets(this.topic);
      const [group] = await admin.fetchOffsets({ groupId, topics: [this.topic] });
      const low = new Map(offsets.map((each) => [each.partition, Number(each.low)]));
      const high = new Map(offsets.map((each) => [each.partition, Number(each.high)]));
      return { low, high, progress: readCommitted(group?.partitions ?? [], low) };
    });
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

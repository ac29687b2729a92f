import type { Admin, Kafka } from "kafkajs";
import type { Committed } from "./progress.ts";

/** Where the partitions of a topic begin and end, by partition. */
export interface Bounds {
  readonly low: ReadonlyMap<number, number>;
  /** Behind the last record, or where the first open transaction begins. */
  readonly high: ReadonlyMap<number, number>;
}

/** Asks Kafka about the topic of the alerts. Each method throws an error of kafkajs when Kafka is unreachable. */
export class TopicAdmin {
  readonly #admin: Admin;

  constructor(
    kafka: Kafka,
    private readonly topic: string,
  ) {
    this.#admin = kafka.admin();
  }

  exists(): Promise<boolean> {
    return this.#ask(async () => (await this.#admin.listTopics()).includes(this.topic));
  }

  bounds(): Promise<Bounds> {
    return this.#ask(async () => {
      const offsets = await this.#admin.fetchTopicOffsets(this.topic);
      const by = (which: "low" | "high") =>
        new Map(offsets.map(({ partition, [which]: offset }) => [partition, Number(offset)]));
      return { low: by("low"), high: by("high") };
    });
  }

  committed(groupId: string): Promise<readonly (Committed & { readonly offset: number })[]> {
    return this.#ask(async () => {
      const [found] = await this.#admin.fetchOffsets({ groupId, topics: [this.topic] });
      return (found?.partitions ?? []).map(({ partition, offset, metadata }) => ({
        partition,
        offset: Number(offset),
        metadata: metadata ?? null,
      }));
    });
  }

  async close(): Promise<void> {
    await this.#admin.disconnect();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      await this.#admin.connect();
      return await question();
    } catch (error) {
      // The next question begins with a new connection.
      await this.close().catch(() => {});
      throw error;
    }
  }
}

import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { topicHandler } from "../../provider/kafka/topic.ts";
import { uniqueName } from "./names.ts";

/** A test's own topics, in place of those that a pipeline's tables name. */
export class OwnTopics<Name extends string> {
  readonly #topics: Readonly<Record<Name, string>>;

  /** @param names the topics that the tables name */
  constructor(
    private readonly kafka: KafkaConnection,
    names: readonly Name[],
    private readonly partitions = 1,
    private readonly config: Readonly<Record<string, string>> = {},
  ) {
    const own = names.map((name) => [name, uniqueName(name)]);
    this.#topics = Object.fromEntries(own) as Record<Name, string>;
  }

  /** The test's own topic that replaces the one of this name. */
  of(name: Name): string {
    return this.#topics[name];
  }

  /** A table with the test's own topic. */
  table(ddl: string): string {
    return Object.entries<string>(this.#topics).reduce(
      (text, [name, topic]) => text.replace(`'${name}'`, `'${topic}'`),
      ddl,
    );
  }

  async create(): Promise<void> {
    for (const topic of this.#definitions()) await topicHandler.create(topic, "name");
  }

  async delete(): Promise<void> {
    for (const topic of this.#definitions()) await topicHandler.delete(topic.topic, topic);
  }

  #definitions() {
    const { kafka: connection, partitions, config } = this;
    const definition = { connection, partitions, replicationFactor: 1, config };
    return Object.values<string>(this.#topics).map((topic) => ({ ...definition, topic }));
  }
}

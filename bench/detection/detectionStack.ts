import { setTimeout as sleep } from "node:timers/promises";
import { kafkaClient } from "../../clients/kafka/client.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { TestStack } from "../../test/support/testStack.ts";
import { consume } from "../../test/support/topics.ts";

/** Rows of this host say that event time has passed those of all others. */
export const CLOCK = "clock";

export interface Message {
  readonly key: string;
  readonly value: string;
}

/** A row of a topic. */
export type Row = Readonly<Record<string, unknown>>;

const BATCH = 2_000;
const POLL_MS = 3_000;

/** A stack of its own with the pipelines that detection takes. */
export class DetectionStack {
  private constructor(private readonly stack: TestStack) {}

  /** Passes a stack to `use`, and takes it down in any case. */
  static async with<T>(
    pipelines: readonly PipelineName[],
    use: (stack: DetectionStack) => Promise<T>,
  ): Promise<T> {
    const stack = await TestStack.create({
      pipelines,
      "openSearch.enabled": false,
      "notifier.enabled": false,
      // In one partition, rows of other years stay in the order of time.
      "kafka.partitions": 1,
    });
    try {
      await stack.up();
      return await use(new DetectionStack(stack));
    } finally {
      await stack.destroy();
      stack.remove();
    }
  }

  /** The topic of the readings. */
  get source(): string {
    return this.stack.outputs.sourceTopic;
  }

  /** The topic that a pipeline writes to. */
  topicOf(pipeline: PipelineName): string {
    const output = this.stack.outputs.results[pipeline];
    if (output === undefined || !("topic" in output)) throw new Error(`${pipeline} has no topic`);
    return output.topic;
  }

  /** Sends messages in their order. @returns how many there were */
  async send(topic: string, messages: Iterable<Message>): Promise<number> {
    const producer = kafkaClient(this.stack.outputs.kafka, "bench").producer();
    await producer.connect();
    let count = 0;
    let batch: Message[] = [];
    const flush = async () => {
      await producer.send({ topic, messages: batch });
      count += batch.length;
      batch = [];
    };
    for (const message of messages) {
      if (batch.push(message) === BATCH) await flush();
    }
    await flush();
    await producer.disconnect();
    return count;
  }

  /**
   * The rows of `cpu_expected` and `cpu_alerts`, once the clock has come through, and nothing more comes.
   *
   * @throws an error when nothing has come for `stuckMs`
   */
  async results(stuckMs = 120_000): Promise<{ readonly expected: Row[]; readonly alerts: Row[] }> {
    const { kafka } = this.stack.outputs;
    const read = async () => ({
      expected: await consume(kafka, this.topicOf("expect")),
      alerts: await consume(kafka, this.topicOf("alerts")),
    });
    const countOf = ({ expected, alerts }: Awaited<ReturnType<typeof read>>) =>
      expected.length + alerts.length;
    let changedAt = Date.now();
    for (let before = await read(); ; ) {
      await sleep(POLL_MS);
      const now = await read();
      const isQuiet = countOf(now) === countOf(before);
      if (isQuiet && now.expected.some(({ hostname }) => hostname === CLOCK)) return now;
      if (!isQuiet) changedAt = Date.now();
      if (Date.now() - changedAt > stuckMs) {
        throw new Error(`nothing came for ${stuckMs / 1000} s, after ${now.expected.length} rows of expect`);
      }
      before = now;
    }
  }
}

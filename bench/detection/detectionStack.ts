import { setTimeout as sleep } from "node:timers/promises";
import { kafkaClient } from "../../clients/kafka/client.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { TestStack } from "../../test/support/testStack.ts";
import { consume } from "../../test/support/topics.ts";

/** Rows of this host show that event time has passed the rows of all other hosts. */
export const CLOCK = "clock";

export interface Message {
  readonly key: string;
  readonly value: string;
}

/** A row of a topic. */
export type Row = Readonly<Record<string, unknown>>;

export interface Results {
  readonly expected: readonly Row[];
  readonly alerts: readonly Row[];
}

const BATCH = 2_000;
const POLL_MS = 3_000;
/** Longer than the checkpoint interval of any pipeline; results arrive with checkpoints. */
const QUIET_MS = 20_000;
const STUCK_MS = 120_000;

/** A separate stack with the pipelines that detection needs. */
export class DetectionStack {
  private constructor(private readonly stack: TestStack) {}

  /** Passes a stack to `use`, and always takes it down. */
  static with<T>(pipelines: readonly PipelineName[], use: (stack: DetectionStack) => Promise<T>): Promise<T> {
    const settings = {
      pipelines,
      "openSearch.enabled": false,
      "notifier.enabled": false,
      // With one partition, rows of other years stay in time order.
      "kafka.partitions": 1,
    };
    return TestStack.with(settings, (stack) => use(new DetectionStack(stack)));
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

  /** Sends messages in order. @returns how many there were */
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
   * The rows of `cpu_expected` and `cpu_alerts`, once the clock has come through and nothing more arrives.
   *
   * @param isWhole whether the rows expected last have arrived
   * @throws an error if nothing has arrived for a while
   */
  async results(isWhole: (alerts: readonly Row[]) => boolean = () => true): Promise<Results> {
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
      if (countOf(now) !== countOf(before)) changedAt = Date.now();
      const quietMs = Date.now() - changedAt;
      const isThrough = now.expected.some(({ hostname }) => hostname === CLOCK) && isWhole(now.alerts);
      if (isThrough && quietMs > QUIET_MS) return now;
      if (quietMs > STUCK_MS) {
        throw new Error(`nothing came for ${STUCK_MS / 1000} s, after ${now.expected.length} rows of expect`);
      }
      before = now;
    }
  }
}

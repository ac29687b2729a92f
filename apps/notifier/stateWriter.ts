import kafkajs, { type Kafka, type Producer } from "kafkajs";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { pause } from "../../lib/timing.ts";
import { type Attempt, failureOf } from "../shared/failures.ts";
import { NotifierError } from "./notifierError.ts";
import type { SavedRecord } from "./savedState.ts";

const RETRY_MS = 1_000;
/** Characters a request, well under a broker's usual limit of 1 MiB. */
export const REQUEST_SIZE = 400_000;

/** Writes to the state topic, in order, for as long as it takes. */
export class StateWriter {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #attempt: Attempt;
  readonly #giveUp: AbortSignal;
  readonly #onTrouble: (reason: string) => void;

  /**
   * @param connection where `kafka` is
   * @param giveUp ends all retries
   * @param onTrouble receives the reason when an attempt failed and will be repeated
   */
  constructor(
    kafka: Kafka,
    connection: KafkaConnection,
    topic: string,
    giveUp: AbortSignal,
    onTrouble: (reason: string) => void,
  ) {
    this.#producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    this.#topic = topic;
    this.#attempt = { connection, purpose: `write to the topic ${topic}` };
    this.#giveUp = giveUp;
    this.#onTrouble = onTrouble;
  }

  /**
   * Returns when all in-sync replicas have the records.
   *
   * @throws the reason of `giveUp`, or NotifierError when Kafka refuses the records for good
   */
  async write(records: readonly SavedRecord[]): Promise<void> {
    for (const messages of portions(records)) {
      for (;;) {
        try {
          await this.#producer.connect();
          await this.#producer.send({ topic: this.#topic, acks: -1, messages });
          break;
        } catch (error) {
          if (this.#giveUp.aborted) throw this.#giveUp.reason;
          const { reason, refused } = failureOf(error, this.#attempt);
          if (refused) throw new NotifierError(reason);
          this.#onTrouble(`Kafka does not accept the notifier's state (${reason}); trying again`);
          await pause(RETRY_MS, this.#giveUp);
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
  }
}

function portions(records: readonly SavedRecord[]): SavedRecord[][] {
  const portions: SavedRecord[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (size >= REQUEST_SIZE) {
      portions.push([]);
      size = 0;
    }
    portions.at(-1)?.push(record);
    size += record.key.length + (record.value?.length ?? 0);
  }
  return portions;
}

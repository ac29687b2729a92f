import type { KafkaMessage } from "kafkajs";

/** What kafkajs decodes for each record, but does not declare; absent for the formats before Kafka 0.11. */
interface Batched {
  readonly batchContext?: { readonly timestampType?: number };
}

/** https://kafka.apache.org/documentation/#recordbatch: the bit for the timestamp's type */
const LOG_APPEND_TIME = 1;

/** Whether the broker has set a record's timestamp, when it received the record; otherwise the producer has. */
export const isTimedByBroker = (message: KafkaMessage): boolean =>
  (message as KafkaMessage & Batched).batchContext?.timestampType === LOG_APPEND_TIME;

import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { abortedAfter } from "../../lib/timing.ts";
import { DeliveryError } from "../shared/failures.ts";
import { rarely } from "./report.ts";
import { Sender } from "./sender.ts";

/** How long what is in flight at the end of a run may take to be delivered. */
const FLUSH_MS = 5_000;

interface Run {
  readonly connection: KafkaConnection;
  readonly topic: string;
  /** Receives a line of text while Kafka accepts no messages. */
  readonly onReport: (line: string) => void;
  /** The end of the run. */
  readonly signal: AbortSignal;
  /** The end of the error's sentence if Kafka does not accept the last messages: what becomes of them. */
  readonly whatThen?: string;
}

/** A sender that reports trouble, and throws a DeliveryError if it still has some 5 s after the signal. */
export function reportingSender({ connection, topic, onReport, signal, whatThen = "" }: Run): Sender {
  const gaveUp = `Kafka did not accept the last messages within ${FLUSH_MS / 1000} s of the end${whatThen}`;
  const report = rarely(onReport);
  return new Sender(connection, topic, abortedAfter(signal, FLUSH_MS, new DeliveryError(gaveUp)), (reason) =>
    report(`Kafka accepts no messages (${reason}); trying again`),
  );
}

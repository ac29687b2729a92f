import { setTimeout as sleep } from "node:timers/promises";
import type { Producer } from "kafkajs";
import { sourceTopic } from "../../components/pipelines.ts";

/** Stays below the broker's limit of a megabyte, however late a tick is. */
const MOST_A_REQUEST = 5_000;

export interface SteadyRate {
  /** Messages per second. */
  readonly rate: number;
  readonly tickMs: number;
  /** Ends the sending. */
  readonly signal: AbortSignal;
}

/**
 * Sends messages to the readings' topic at a constant rate.
 *
 * @param messageOf builds a message from its number, its number in its request, and the time (epoch ms)
 * @returns how many were sent: fewer than due if the broker and the producer cannot keep up
 */
export async function sendAtRate(
  producer: Producer,
  { rate, tickMs, signal }: SteadyRate,
  messageOf: (index: number, inRequest: number, time: number) => string,
): Promise<number> {
  const begin = Date.now();
  let sent = 0;
  while (!signal.aborted) {
    const now = Date.now();
    const due = Math.min(Math.floor(((now - begin) * rate) / 1000), sent + MOST_A_REQUEST);
    const messages = Array.from({ length: due - sent }, (_, inRequest) => ({
      value: messageOf(sent + inRequest, inRequest, now),
    }));
    sent = due;
    if (messages.length > 0) await producer.send({ topic: sourceTopic, messages });
    await sleep(tickMs);
  }
  return sent;
}

import { encode, keyOf, type Reading } from "./readings.ts";

/** A Kafka message and the event time (epoch ms) that it carries. */
export interface KeyedMessage {
  readonly key: string;
  readonly value: string;
  readonly occurredAt: number;
}

/** About 8,000 messages: enough for a large request to each of several partitions. */
const BATCH_CHARACTERS = 800_000;

/**
 * Takes readings from a sequence when they are due. Late readings stay in the sequence, which costs no memory; they
 * only make the next batches bigger, up to about 8,000 messages.
 */
export class Backlog {
  readonly #source: Iterator<Reading, void>;
  #next: Reading | undefined;

  constructor(source: Iterator<Reading, void>) {
    this.#source = source;
    this.#pull();
  }

  /** The event time of the next reading, epoch ms; `undefined` at the end of the sequence. */
  get nextAt(): number | undefined {
    return this.#next?.occurredAt;
  }

  /**
   * Takes the messages due at `now` (epoch ms). A batch never ends between two readings of the same millisecond, so a
   * run that resumes after the newest acknowledged one loses nothing.
   */
  take(now: number): { readonly messages: KeyedMessage[]; readonly full: boolean } {
    const messages: KeyedMessage[] = [];
    let characters = 0;
    let newest = 0;
    while (this.#next !== undefined && this.#next.occurredAt <= now) {
      if (characters >= BATCH_CHARACTERS && this.#next.occurredAt !== newest) return { messages, full: true };
      const message = {
        key: keyOf(this.#next),
        value: encode(this.#next),
        occurredAt: this.#next.occurredAt,
      };
      characters += message.key.length + message.value.length;
      newest = message.occurredAt;
      messages.push(message);
      this.#pull();
    }
    return { messages, full: false };
  }

  #pull(): void {
    const { value, done } = this.#source.next();
    this.#next = done === true ? undefined : (value as Reading);
  }
}

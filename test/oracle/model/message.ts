/** A message of the input topic, as read back. */
export interface InputMessage {
  readonly partition: number;
  readonly offset: number;
  /** Null for a tombstone. */
  readonly value: Buffer | null;
  /** When Kafka received it, epoch ms. */
  readonly timestamp: number;
}

/** A row of an output, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** Thrown if the input does not determine the output, so that the input is unsuitable for a test. */
export class Ambiguous extends Error {}

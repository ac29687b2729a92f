/** A message of the input topic, as it was read back. */
export interface InputMessage {
  readonly partition: number;
  readonly offset: number;
  /** Null for a tombstone. */
  readonly value: Buffer | null;
  /** When Kafka got it, epoch ms. */
  readonly timestamp: number;
}

/** A row of an output, by column. */
export type Row = Readonly<Record<string, unknown>>;

/** Said where the input does not determine the output: the input is then no good for a test. */
export class Ambiguous extends Error {}

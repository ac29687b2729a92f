/** How far a reader is behind what it reads. */
export interface Lag {
  readonly messages: number;
  /** How long ago the oldest message that it has not committed came; undefined if that is not known. */
  readonly seconds: number | undefined;
  /** How the messages changed over the last half minute: -1 fewer, 0 about the same, 1 more. */
  readonly trend: -1 | 0 | 1;
}

/** How far a reader is behind what it reads. */
export interface Lag {
  readonly messages: number;
  /** How long ago the oldest message that it has not committed came; undefined if that is not known. */
  readonly seconds: number | undefined;
  /** How long ago that message came at least: since before the first look, if `seconds` is not known. */
  readonly atLeastSeconds: number;
  /** How the messages changed over the last half minute: -1 fewer, 0 about the same, 1 more. */
  readonly trend: -1 | 0 | 1;
  /** When nothing is left if it goes on as in the last seconds, in seconds from now; undefined if it does not fall. */
  readonly leftSeconds: number | undefined;
}

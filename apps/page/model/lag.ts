/** How far a reader is behind what it reads. */
export interface Lag {
  readonly messages: number;
  /** How long ago the oldest uncommitted message arrived; undefined if that is not known. */
  readonly seconds: number | undefined;
  /** The least time since that message arrived: since before the first look, if `seconds` is not known. */
  readonly atLeastSeconds: number;
  /** How the number of messages changed over the last half minute: -1 fewer, 0 about the same, 1 more. */
  readonly trend: -1 | 0 | 1;
  /** Seconds until nothing is left, at the pace of the last seconds; undefined if the lag does not fall. */
  readonly leftSeconds: number | undefined;
}

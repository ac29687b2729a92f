/** One row of a pipeline's results. */
export interface Row {
  readonly pipeline: string;
  /** Value by column, or by field for a document. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FollowOptions {
  /** Whether to also read earlier rows. */
  readonly fromBeginning: boolean;
  readonly signal: AbortSignal;
}

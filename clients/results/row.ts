/** One row of a pipeline's results. */
export interface Row {
  readonly pipeline: string;
  /** Value by column; of a document, by field. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FollowOptions {
  /** Whether to read what was written before, too. */
  readonly fromBeginning: boolean;
  readonly signal: AbortSignal;
}

/** The content of a section of a status report. */
export interface Report {
  /** The cells of a table, row by row, perhaps with colours; none if there is nothing to list. */
  readonly rows: readonly (readonly string[])[];
  /** Lines below the table. */
  readonly notes?: readonly string[];
  /** What is wrong and what to do about it, one sentence per problem. */
  readonly troubles: readonly string[];
}

/** A part of a status report, not requested yet. */
export interface Section {
  readonly title: string;
  /** Who is asked, to be named if no answer comes. */
  readonly asks: string;
  /** How long the answer may take, in ms; 10 s unless given. */
  readonly deadline?: number;
  describe(): Report | Promise<Report>;
}

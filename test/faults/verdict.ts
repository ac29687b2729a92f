import { groupBy } from "../../lib/groupBy.ts";
import type { Stretch } from "../oracle/harness/stretch.ts";
import { describe, difference } from "../oracle/model/compare.ts";
import type { Row } from "../oracle/model/message.ts";
import type { OutputName } from "../oracle/model/outputs.ts";
import { settled } from "./settled.ts";

/** Outputs that have not changed by then never will: longer than the longest pause of a failed job (15 s). */
const STUCK_MS = 45_000;
const POLL_MS = 1_000;

/** How the outputs of a stretch compare with those that its input implies. */
export interface Verdict {
  readonly expected: number;
  readonly missing: number;
  /** Present once too often, or not expected at all. */
  readonly repeated: number;
  /** The rows in words; empty if the outputs are exact. */
  readonly details: string;
}

/** Compares all outputs, once they are exact or nothing arrives any more. */
export async function judge(stretch: Stretch, stuckMs = STUCK_MS): Promise<Verdict> {
  const { oracle } = stretch;
  const expected = await stretch.expected();
  const comparison = async () => {
    const actual = await oracle.committedOutputs();
    const parts = oracle.outputs.map((output) => {
      const wanted = expected[output].filter((row) => stretch.holds(output, row));
      return compare(output, wanted, found(stretch, output, actual[output]));
    });
    const verdict = parts.reduce(sum);
    const count = Object.values(actual).reduce((total, rows) => total + rows.length, 0);
    return { verdict, isExact: verdict.missing + verdict.repeated === 0, count };
  };
  return settled(comparison, { stuckMs, pollMs: POLL_MS });
}

/**
 * Topics hold only what was read since the previous stretch was forgotten, so rows of that stretch are repeated. The
 * exception is the heartbeat's own readings at its end, whose window closes only now.
 */
function found(stretch: Stretch, output: OutputName, rows: readonly Row[]): Row[] {
  const isKeyed = output === "countOverThreshold" || output === "search";
  return rows.filter((row) => stretch.holds(output, row) || (!isKeyed && row.hostname !== "clock"));
}

export function compare(output: OutputName, expected: readonly Row[], actual: readonly Row[]): Verdict {
  const differs = difference(expected, actual);
  if (differs === undefined) return { expected: expected.length, missing: 0, repeated: 0, details: "" };
  return {
    expected: expected.length,
    missing: surplus(differs.missing, differs.unexpected),
    repeated: surplus(differs.unexpected, differs.missing),
    details: describe(output, differs, 4),
  };
}

/** How many more rows there are than among the others. */
function surplus(rows: readonly Row[], others: readonly Row[]): number {
  const key = (row: Row) => JSON.stringify(row);
  const counts = groupBy(others, key);
  return [...groupBy(rows, key)].reduce(
    (total, [text, same]) => total + Math.max(0, same.length - (counts.get(text)?.length ?? 0)),
    0,
  );
}

export const sum = (a: Verdict, b: Verdict): Verdict => ({
  expected: a.expected + b.expected,
  missing: a.missing + b.missing,
  repeated: a.repeated + b.repeated,
  details: [a.details, b.details].filter(Boolean).join("\n"),
});

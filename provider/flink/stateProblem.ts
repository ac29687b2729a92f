/** What Flink says when a job's state was written by another statement than the one that is to go on from it. */
const SIGNS: readonly [RegExp, string][] = [
  [/does not exist in the NFA/, "it was written for another pattern"],
  [/StateMigrationException|state (?:serializer|backend).*incompatible/i, "it holds other columns or types"],
  [/Cannot map checkpoint\/savepoint state/, "it holds what the statement has no operator for"],
];

/**
 * That the state of a job does not fit its statement, in a sentence: Flink's own words are dumps of its classes.
 *
 * @param failure a Java stack trace, or its root cause
 * @returns undefined for any other failure
 */
export function stateProblem(failure: string): string | undefined {
  const why = SIGNS.find(([sign]) => sign.test(failure))?.[1];
  return why && `its former state does not fit its statement: ${why}`;
}

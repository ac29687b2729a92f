/** Flink's messages when a statement resumes from state that another statement wrote. */
const SIGNS: readonly [RegExp, string][] = [
  [/does not exist in the NFA/, "it was written for another pattern"],
  [/StateMigrationException|state (?:serializer|backend).*incompatible/i, "it holds other columns or types"],
  [/Cannot map checkpoint\/savepoint state/, "it holds state that the statement has no operator for"],
];

/**
 * Explains why a job's state does not fit its statement: Flink's own messages are dumps of its classes.
 *
 * @param failure a Java stack trace, or its root cause
 * @returns undefined for any other failure
 */
export function stateProblem(failure: string): string | undefined {
  const why = SIGNS.find(([sign]) => sign.test(failure))?.[1];
  return why && `its previous state does not fit its statement: ${why}`;
}

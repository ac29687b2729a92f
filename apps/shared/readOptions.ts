import * as v from "valibot";

/** One invalid option. */
export interface OptionProblem {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
}

type Given = Readonly<Record<string, unknown>>;

/**
 * Validates an app's options. Null and undefined mean that an option is not given.
 *
 * @param entries a schema for each option
 * @param conflicts finds problems between options that are given together
 * @returns the options with their defaults, or every problem
 */
export function readOptions<E extends v.ObjectEntries>(
  entries: E,
  raw: Given,
  conflicts: (given: Given) => readonly OptionProblem[],
): { options: v.InferOutput<v.ObjectSchema<E, undefined>> } | { problems: readonly OptionProblem[] } {
  const given = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== undefined && value !== null),
  );
  const known = Object.keys(entries);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const result = v.safeParse(v.object(entries), given);
  const problems = [
    ...unknown.map((name) => ({ name, value: given[name], allowed: known.join(", ") })),
    ...conflicts(given),
    ...(result.issues ?? []).map(({ path, message }) => {
      const name = String(path?.[0].key);
      return { name, value: given[name], allowed: message };
    }),
  ];
  return result.success && problems.length === 0 ? { options: result.output } : { problems };
}

/**
 * The text of an app's error: a line for each problem.
 *
 * @param secrets options whose values are not shown
 */
export const problemsText = (
  app: string,
  problems: readonly OptionProblem[],
  secrets: readonly string[] = [],
) =>
  [
    `The ${app} cannot run with these options:`,
    ...problems.map(({ name, value, allowed }) => {
      const shown = secrets.includes(name) ? "(not shown)" : (JSON.stringify(value) ?? String(value));
      return `  ${name}: ${shown}; allowed: ${allowed}`;
    }),
  ].join("\n");

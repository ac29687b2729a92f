import { DURATION_FORMAT, parseDuration } from "../apps/shared/duration.ts";

/** One setting: its type for Pulumi.yaml, its default, and how its text is read. */
export interface Definition<T> {
  readonly type: "integer" | "boolean" | "string" | "array" | "object";
  readonly default: T;
  readonly description: string;
  /** What is allowed, in words, for error messages. */
  readonly allowed: string;
  /** The value, or undefined where it is not allowed. */
  parse(value: unknown): T | undefined;
}

type Describe = { readonly default: unknown; readonly description: string };

export function integer(args: Describe & { default: number; min: number; max: number }): Definition<number> {
  return {
    ...args,
    type: "integer",
    allowed: `a whole number from ${args.min} to ${args.max}`,
    parse: (value) =>
      typeof value === "number" && Number.isInteger(value) && value >= args.min && value <= args.max
        ? value
        : undefined,
  };
}

/** A port that needs no root. */
export function port(value: number, description: string): Definition<number> {
  return integer({ default: value, description, min: 1024, max: 65535 });
}

export function boolean(args: Describe & { default: boolean }): Definition<boolean> {
  return {
    ...args,
    type: "boolean",
    allowed: "true or false",
    parse: (value) => (typeof value === "boolean" ? value : undefined),
  };
}

export function text(
  args: Describe & { default: string; allowed: string; pattern: RegExp },
): Definition<string> {
  return {
    ...args,
    type: "string",
    parse: (value) => {
      // A text of digits arrives as a number.
      const string = typeof value === "number" ? String(value) : value;
      return typeof string === "string" && args.pattern.test(string) ? string : undefined;
    },
  };
}

/** A span of time as text, such as 10m. */
export function duration(args: Describe & { default: string }): Definition<string> {
  return {
    ...args,
    type: "string",
    allowed: DURATION_FORMAT,
    parse: (value) => (typeof value === "string" && parseDuration(value) !== undefined ? value : undefined),
  };
}

/** A list without repetition of the given names. */
export function names<T extends string>(
  args: Describe & { default: readonly T[]; of: readonly T[]; atLeast: number },
): Definition<readonly T[]> {
  return {
    ...args,
    type: "array",
    allowed: `a list of ${args.of.join(", ")}, each at most once${args.atLeast > 0 ? `, at least ${args.atLeast}` : ""}`,
    parse: (value) =>
      Array.isArray(value) &&
      value.length >= args.atLeast &&
      new Set(value).size === value.length &&
      value.every((name) => args.of.includes(name))
        ? value
        : undefined,
  };
}

/** Whole percentages by host name. */
export function percentages(
  args: Describe & { default: Record<string, number> },
): Definition<Readonly<Record<string, number>>> {
  return {
    ...args,
    type: "object",
    allowed: "host names with whole numbers from 0 to 100, such as { doc: 20 }",
    parse: (value) => {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
      const valid = Object.values(value).every(
        (percent) => Number.isInteger(percent) && percent >= 0 && percent <= 100,
      );
      return valid ? (value as Record<string, number>) : undefined;
    },
  };
}

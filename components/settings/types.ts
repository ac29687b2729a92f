import { DURATION_FORMAT, parseDuration } from "../../lib/duration.ts";

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

/** Settings by their names, e.g. `kafka.port`. */
export type Definitions = Readonly<Record<string, Definition<unknown>>>;

/** The values of settings. */
export type Values<D extends Definitions> = {
  readonly [K in keyof D]: D[K] extends Definition<infer T> ? T : never;
};

/** What every definition says of itself. */
export type Describe = { readonly default: unknown; readonly description: string };

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

/** One of the given words. */
export function oneOf<T extends string>(args: Describe & { default: T; of: readonly T[] }): Definition<T> {
  return {
    ...args,
    type: "string",
    allowed: args.of.join(" or "),
    parse: (value) => args.of.find((word) => word === value),
  };
}

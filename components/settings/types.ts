import * as v from "valibot";
import { DURATION_FORMAT, parseDuration } from "../../lib/duration.ts";

/** One setting: its type for Pulumi.yaml, its default, and how its text is read. */
export interface Definition<T> {
  readonly type: "integer" | "boolean" | "string" | "array" | "object";
  readonly default: T;
  readonly description: string;
  /** What is allowed, in words, for error messages. */
  readonly allowed: string;
  /** The value, or undefined if it is not allowed. */
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

/** A setting whose values are those that a schema accepts. */
export function define<T>({
  schema,
  ...rest
}: Omit<Definition<T>, "parse"> & { readonly schema: v.GenericSchema<unknown, T> }): Definition<T> {
  return {
    ...rest,
    parse: (value) => {
      const result = v.safeParse(schema, value);
      return result.success ? result.output : undefined;
    },
  };
}

export function integer(args: Describe & { default: number; min: number; max: number }): Definition<number> {
  const { min, max, ...rest } = args;
  return define({
    ...rest,
    type: "integer",
    allowed: `a whole number from ${min} to ${max}`,
    schema: v.pipe(v.unknown(), v.number(), v.integer(), v.minValue(min), v.maxValue(max)),
  });
}

/** A port in an address, as a part of a pattern: 1 to 65535. */
export const PORT = "([1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";

/** A port that does not need root. */
export function port(value: number, description: string): Definition<number> {
  return integer({ default: value, description, min: 1024, max: 65535 });
}

export function boolean(args: Describe & { default: boolean }): Definition<boolean> {
  return define({
    ...args,
    type: "boolean",
    allowed: "true or false",
    schema: v.pipe(v.unknown(), v.boolean()),
  });
}

export function text(
  args: Describe & { default: string; allowed: string; pattern: RegExp },
): Definition<string> {
  const { pattern, ...rest } = args;
  // A text of digits arrives as a number.
  const toText = v.transform((value: unknown) => (typeof value === "number" ? String(value) : value));
  return define({
    ...rest,
    type: "string",
    schema: v.pipe(v.unknown(), toText, v.string(), v.regex(pattern)),
  });
}

/** An address over HTTP that a program can call, or nothing. */
export function url(
  args: Describe & { default: string; allowed: string; pattern: RegExp },
): Definition<string> {
  const { pattern, ...rest } = args;
  const canBeCalled = (value: string) => value === "" || (URL.canParse(value) && new URL(value).port !== "0");
  return define({
    ...rest,
    type: "string",
    schema: v.pipe(v.unknown(), v.string(), v.regex(pattern), v.check(canBeCalled)),
  });
}

/** A span of time as text, such as 10m; if it is optional, also the empty text. */
export function duration(
  args: Describe & { default: string; atLeast?: string; atMost?: string; isOptional?: true },
): Definition<string> {
  const { atLeast, atMost, isOptional = false, ...rest } = args;
  const [min = 0, max = Number.MAX_SAFE_INTEGER] = [atLeast, atMost].map((limit) =>
    parseDuration(limit ?? ""),
  );
  const isAllowed = (value: string) => {
    if (value === "") return isOptional;
    const ms = parseDuration(value);
    return ms !== undefined && ms >= min && ms <= max;
  };
  return define({
    ...rest,
    type: "string",
    allowed: `${DURATION_FORMAT}${atLeast && atMost ? `, from ${atLeast} to ${atMost}` : ""}`,
    schema: v.pipe(v.unknown(), v.string(), v.check(isAllowed)),
  });
}

/** One of the given words. */
export function oneOf<T extends string>(args: Describe & { default: T; of: readonly T[] }): Definition<T> {
  const { of, ...rest } = args;
  return define({
    ...rest,
    type: "string",
    allowed: of.join(" or "),
    schema: v.pipe(v.unknown(), v.picklist(of)),
  });
}

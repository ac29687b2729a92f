import * as v from "valibot";
import { HOSTNAME_FORMAT, isHostname, isPercentage, PERCENTAGE_FORMAT } from "../../lib/thresholds.ts";
import { type Definition, type Describe, define } from "./types.ts";

/** A list of the given names without repetition. */
export function names<T extends string>(
  args: Describe & { default: readonly T[]; of: readonly T[]; atLeast: number },
): Definition<readonly T[]> {
  const { of, atLeast, ...rest } = args;
  const isUnique = (list: T[]) => new Set(list).size === list.length;
  return define<readonly T[]>({
    ...rest,
    type: "array",
    allowed: `a list of ${of.join(", ")}, each at most once${atLeast > 0 ? `, at least ${atLeast}` : ""}`,
    schema: v.pipe(v.unknown(), v.array(v.picklist(of)), v.minLength(atLeast), v.check(isUnique)),
  });
}

/** Percentages by host name. */
export function percentages(
  args: Describe & { default: Record<string, number> },
): Definition<Readonly<Record<string, number>>> {
  return record(args, {
    allowed: `host names (${HOSTNAME_FORMAT}) with ${PERCENTAGE_FORMAT}, such as { doc: 20, grumpy: 82.5 }`,
    key: v.pipe(v.string(), v.check(isHostname)),
    entry: v.custom<number>(isPercentage),
  });
}

/**
 * An object whose keys and entries each fit a schema. Valibot's own record would drop a key such as `constructor`,
 * which may be a device's name.
 */
export function record<T>(
  args: Describe & { default: Readonly<Record<string, T>> },
  { allowed, key, entry }: { allowed: string; key: v.GenericSchema; entry: v.GenericSchema<T> },
): Definition<Readonly<Record<string, T>>> {
  const fits = (value: unknown) =>
    value !== null &&
    typeof value === "object" &&
    !Array.isArray(value) &&
    Object.entries(value).every(([name, inner]) => v.is(key, name) && v.is(entry, inner));
  const schema = v.pipe(v.unknown(), v.custom<Readonly<Record<string, T>>>(fits));
  return define({ ...args, type: "object", allowed, schema });
}

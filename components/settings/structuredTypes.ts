import { HOSTNAME_FORMAT, isHostname, isPercentage, PERCENTAGE_FORMAT } from "../../lib/thresholds.ts";
import type { Definition, Describe } from "./types.ts";

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

/** Percentages by host name. */
export function percentages(
  args: Describe & { default: Record<string, number> },
): Definition<Readonly<Record<string, number>>> {
  return record<number>(args, {
    allowed: `host names (${HOSTNAME_FORMAT}) with ${PERCENTAGE_FORMAT}, such as { doc: 20, grumpy: 82.5 }`,
    accepts: (host, percent) => isHostname(host) && isPercentage(percent),
  });
}

/** An object of which every entry is accepted. */
export function record<T>(
  args: Describe & { default: Readonly<Record<string, T>> },
  { allowed, accepts }: { allowed: string; accepts: (key: string, value: unknown) => boolean },
): Definition<Readonly<Record<string, T>>> {
  return {
    ...args,
    type: "object",
    allowed,
    parse: (value) => {
      if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
      return Object.entries(value).every(([key, entry]) => accepts(key, entry))
        ? (value as Record<string, T>)
        : undefined;
    },
  };
}

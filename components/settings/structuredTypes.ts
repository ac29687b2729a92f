import { isIP } from "node:net";
import { HOSTNAME_FORMAT, isHostname, isPercentage, PERCENTAGE_FORMAT } from "../../lib/thresholds.ts";
import { type PipelineName, pipelineNames } from "../pipelines.ts";
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

/** Networks in CIDR notation, such as 203.0.113.0/24; IPv4 or IPv6. */
export function networks(args: Describe & { default: readonly string[] }): Definition<readonly string[]> {
  return {
    ...args,
    type: "array",
    allowed: "a list of networks in CIDR notation, such as 203.0.113.0/24 or 203.0.113.7/32",
    parse: (value) => (Array.isArray(value) && value.every(isNetwork) ? value : undefined),
  };
}

/** How many leading bits of a network's addresses are fixed. */
export const prefixLength = (network: string) => Number(network.split("/")[1]);

function isNetwork(value: unknown): boolean {
  const [address = "", length = "", ...rest] = String(value).split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
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

/**
 * Tags of a service.
 * Source: https://aiven.io/docs/platform/howto/tag-resources
 */
export function tags(
  args: Describe & { default: Record<string, string> },
): Definition<Readonly<Record<string, string>>> {
  return record<string>(args, {
    allowed: "names with texts, each of up to 64 letters, digits, _ and -, such as { team: platform }",
    accepts: (name, value) =>
      /^[A-Za-z][\w-]{0,63}$/.test(name) && typeof value === "string" && /^[\w-]{0,64}$/.test(value),
  });
}

/** Ids of savepoints by pipeline. */
export function savepoints(
  args: Describe & { default: Partial<Record<PipelineName, string>> },
): Definition<Readonly<Partial<Record<PipelineName, string>>>> {
  return record<string>(args, {
    allowed: `pipelines (${pipelineNames.join(", ")}) with the ids of savepoints`,
    accepts: (name, value) =>
      pipelineNames.some((pipeline) => pipeline === name) &&
      typeof value === "string" &&
      /^[\w-]+$/.test(value),
  });
}

function record<T>(
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

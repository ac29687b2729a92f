import { type Asked, RANGES, type Range } from "../view.ts";

const MOST_UNFOLDED = 20;

/** What a browser asks for; what is not allowed counts as not given. */
export function queryOf(parameters: URLSearchParams): Asked {
  const range = parameters.get("range") ?? "";
  return {
    range: Object.hasOwn(RANGES, range) ? (range as Range) : undefined,
    hostname: parameters.get("host") ?? undefined,
    cpu: parameters.get("cpu") ?? undefined,
    unfolded: parameters.getAll("unfold").slice(0, MOST_UNFOLDED),
  };
}

import { type Query, RANGES, type Range } from "../view.ts";

const MOST_UNFOLDED = 20;

/** What a browser asks for; what is not allowed counts as not given. */
export function queryOf(parameters: URLSearchParams): Query {
  const range = parameters.get("range") ?? "";
  return {
    range: range in RANGES ? (range as Range) : "1h",
    hostname: parameters.get("host") ?? undefined,
    cpu: parameters.get("cpu") ?? undefined,
    unfolded: parameters.getAll("unfold").slice(0, MOST_UNFOLDED),
  };
}

import { type Asked, MOST_UNFOLDED, rangeNamed } from "../view.ts";

/** What a browser asks for; invalid values count as not given. */
export function queryOf(parameters: URLSearchParams): Asked {
  return {
    range: rangeNamed(parameters.get("range") ?? ""),
    hostname: parameters.get("host") ?? undefined,
    cpu: parameters.get("cpu") ?? undefined,
    unfolded: parameters.getAll("unfold").slice(0, MOST_UNFOLDED),
  };
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlaced, nameOf, type StateResource } from "../../engine/stateResources.ts";
import { table } from "../summary.ts";
import type { Report } from "./section.ts";

/** What the last run on a stack was, if it failed: `up`, `destroy` or `refresh`; undefined if it did not. */
export async function lastFailure(stack: Stack): Promise<string | undefined> {
  const last = await stack.info(false);
  if (last?.result !== "failed") return undefined;
  return last.kind === "update" ? "up" : last.kind;
}

/**
 * What is there of a stack whose last run did not come to its end, by type, and what to do about it.
 *
 * @param run `up`, `destroy` or `refresh`
 */
export function describeUnfinished(name: string, resources: readonly StateResource[], run: string): Report {
  const placed = resources.filter(isPlaced);
  const typeOf = ({ type }: StateResource) => type.split(":").at(-1) ?? type;
  const rows = [...new Set(placed.map(typeOf))].map((type) => [
    type,
    placed
      .filter((resource) => typeOf(resource) === type)
      .map(nameOf)
      .join(", "),
  ]);
  return {
    body: table(rows),
    troubles: [
      `The last ${run} of the stack ${name} did not come to its end: this is what is there. npm run up -- ${name} goes on from here; npm run destroy -- ${name} removes it.`,
    ],
  };
}

import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { isPlaced, nameOf, type StateResource } from "../../../components/stateResources.ts";
import type { Report } from "../../../lib/section.ts";
import { table } from "../../../lib/table.ts";

/** The last run on a stack, if it failed: `up`, `destroy` or `refresh`; undefined otherwise. */
export async function lastFailure(stack: Stack): Promise<string | undefined> {
  const last = await stack.info(false);
  if (last?.result !== "failed") return undefined;
  return last.kind === "update" ? "up" : last.kind;
}

/**
 * What exists of a stack whose last run did not finish, by type, and what to do about it.
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
      `The last ${run} of the stack ${name} did not finish: this is what exists. npm run up -- ${name} continues from here; npm run destroy -- ${name} removes it.`,
    ],
  };
}

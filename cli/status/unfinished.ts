import { isPlaced, nameOf, type StateResource } from "../stateResources.ts";
import { table } from "../summary.ts";
import type { Report } from "./section.ts";

/** What is there of a stack whose `up` has never come to its end, and what to do about it. */
export function describeUnfinished(name: string, resources: readonly StateResource[]): Report {
  const rows = resources
    .filter(isPlaced)
    .map((resource) => [nameOf(resource), resource.type.split(":").at(-1) ?? ""]);
  return {
    body: table(rows),
    troubles: [
      `The last up of the stack ${name} did not come to its end: this is what it has left. npm run up -- ${name} goes on from here; npm run destroy -- ${name} removes it.`,
    ],
  };
}

import { colors } from "../lib/colors.ts";
import type { Report } from "../lib/section.ts";

/** A pipeline's job. */
export interface Job {
  readonly job: string;
  /** As named by whoever runs it. */
  readonly state: string;
  /** Its id, or why it failed. */
  readonly detail: string;
}

/**
 * The part of a status report about the jobs of a stack.
 *
 * @param more where to find more, e.g. `Aiven's console`
 */
export function jobReport(stack: string, jobs: readonly Job[], more: string): Report {
  const others = jobs
    .filter(({ state }) => state !== "RUNNING")
    .map(({ job, state }) => `${job} is ${state}`);
  return {
    rows: jobs.map(({ job, state, detail }) => [job, coloured(state), detail]),
    troubles:
      others.length === 0
        ? []
        : [
            `${others.join(", ")}: npm run up -- ${stack} restarts what should run, or says why it cannot; ${more} says more.`,
          ],
  };
}

const DEAD = ["lost", "no deployment", "FAILED", "CANCELED", "FINISHED"];

function coloured(state: string): string {
  if (DEAD.includes(state)) return colors.red(state);
  return state === "RUNNING" ? colors.green(state) : colors.yellow(state);
}

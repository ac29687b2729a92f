import { setTimeout as sleep } from "node:timers/promises";
import { pipelineOf } from "../../../components/pipelines.ts";
import { describe, difference } from "../model/compare.ts";
import type { Row } from "../model/message.ts";
import type { OutputName, Outputs } from "../model/outputs.ts";
import type { OracleStack } from "./oracleStack.ts";

/** The pause between two comparisons: short while results pass from job to job, long while waiting for something. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;

/**
 * Waits until the outputs hold exactly the expected rows. Only jobs whose output is incomplete take checkpoints, because
 * these cost more than the comparison; in the end, each job has taken one.
 *
 * @param belongs whether a row is one of those to compare
 * @throws an error with the differences if nothing has arrived for `stuckMs`
 */
export async function areThose(
  oracle: Pick<OracleStack, "outputs" | "committedOutputs">,
  expected: Outputs,
  stuckMs: number,
  belongs: (output: OutputName, row: Row) => boolean = () => true,
): Promise<void> {
  const own = (rows: Outputs, output: OutputName) => rows[output].filter((row) => belongs(output, row));
  const wanted = new Map(oracle.outputs.map((output) => [output, own(expected, output)]));
  const unasked = new Set(oracle.outputs);
  let incomplete = oracle.outputs.filter((output) => wanted.get(output)?.length !== 0);
  let seen = -1;
  let changedAt = Date.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const asked = incomplete.length === 0 ? [...unasked] : withWholeInput(incomplete);
    const actual = await oracle.committedOutputs(asked);
    for (const output of asked) unasked.delete(output);
    const pairs = [...wanted].map(([output, rows]) => [output, rows, own(actual, output)] as const);
    const count = Object.values(actual).reduce((sum, rows) => sum + rows.length, 0);
    if (count !== seen) changedAt = Date.now();
    seen = count;
    const isStuck = Date.now() - changedAt > stuckMs;
    incomplete = pairs.flatMap(([output, rows, found]) => (rows.length === found.length ? [] : [output]));
    // Comparing rows takes longer than reading them: until the last comparison, their numbers come first.
    if (isStuck || incomplete.length === 0) {
      const differences = pairs.flatMap(([output, rows, found]) => {
        const differs = difference(rows, found);
        return differs === undefined ? [] : [{ output, text: describe(output, differs) }];
      });
      if (differences.length === 0) {
        if (unasked.size === 0) return;
        continue;
      }
      if (isStuck) {
        const texts = differences.map(({ text }) => text);
        throw new Error(`the outputs do not match the input\n${texts.join("\n")}`);
      }
      incomplete = differences.map(({ output }) => output);
    }
    await sleep(pause);
  }
}

/** Those that need not wait for the results of another job. */
function withWholeInput(incomplete: readonly OutputName[]): OutputName[] {
  return incomplete.filter((output) => {
    const { reads } = pipelineOf(output);
    return !incomplete.some((other) => other === reads);
  });
}

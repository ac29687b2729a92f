import fc from "fast-check";
import { describeStream, inTimeMessages, lateMessages, type Stream, streams } from "../cases/streams.ts";
import type { OracleStack } from "./oracleStack.ts";
import { Stretch } from "./stretch.ts";

/** For all streams, and for shrinking one that fails, which takes a few seconds per step. */
const AT_MOST_MS = 200_000;
const STUCK_MS = 20_000;
/** By then it is known that something is missing: a shrinking step does not wait longer. */
const STUCK_WHILE_SHRINKING_MS = 3_000;

/** Sends streams. If the outputs of one are not exact, shrinks it to a small one, which the error shows. */
export async function everyStreamIsExact(
  oracle: OracleStack,
  { seed, runs }: { readonly seed: number; readonly runs: number },
): Promise<void> {
  let shown = "";
  let stuckMs = STUCK_MS;
  const property = fc.asyncProperty(streams, async (stream) => {
    const stretch = new Stretch(oracle);
    const sent: string[] = [];
    try {
      await streamIsExact(stretch, stream, stuckMs, (text) => sent.push(text));
    } catch (error) {
      shown = sent.join("\n");
      stuckMs = STUCK_WHILE_SHRINKING_MS;
      throw error;
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs, interruptAfterTimeLimit: AT_MOST_MS });
  if (!details.failed) return;
  if (details.interrupted && details.counterexample === null) {
    throw new Error(`${details.numRuns} of ${runs} streams took ${AT_MOST_MS / 1_000} s`);
  }
  throw new Error(
    `seed ${seed}, path ${details.counterexamplePath}, after ${details.numShrinks} steps of shrinking:\n` +
      `${shown}\n${details.errorInstance instanceof Error ? details.errorInstance.message : details.errorInstance}`,
  );
}

async function streamIsExact(
  stretch: Stretch,
  stream: Stream,
  stuckMs: number,
  note: (text: string) => void,
): Promise<void> {
  const { from, partitions } = stretch;
  const inTime = inTimeMessages(stream, from, partitions);
  note(`in time:\n${describeStream(inTime, from)}`);
  await stretch.open();
  await stretch.send(inTime);
  const closed = await stretch.close(newestOf(inTime));
  await stretch.settled(stuckMs);
  if (stream.late.length === 0) return;

  const late = lateMessages(stream, from, closed, partitions);
  note(`late:\n${describeStream(late, from)}`);
  await stretch.send(late);
  await stretch.close(closed);
  await stretch.settled(stuckMs);
}

function newestOf(messages: readonly { readonly value: Buffer | string | null }[]): number {
  return Math.max(...messages.map(({ value }) => JSON.parse(String(value)).occurred_at as number));
}

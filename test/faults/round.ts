import { setTimeout as sleep } from "node:timers/promises";
import { Stretch } from "../oracle/harness/stretch.ts";
import type { Fault } from "./fault.ts";
import type { FaultyStack } from "./faultyStack.ts";
import { type Recovery, untilHealthy } from "./health.ts";
import { Load, lateReadings } from "./load.ts";
import type { Random } from "./random.ts";
import type { SlackVerdict } from "./slackLedger.ts";
import { judge, type Verdict } from "./verdict.ts";

/** The longest times that the stream runs before the first fault, between two, and after everything is healthy. */
const BEFORE_MS = 5_000;
const BETWEEN_MS = 3_000;
const AFTER_MS = 2_000;

/** Event time that belongs to one round; the stream runs ten times as fast as the clock. */
const EVENT_TIME_MS = 6 * 3_600_000;

interface RoundOptions {
  /** Decides what happens when. */
  readonly random: Random;
  /** Decides what is sent; separate from the other, because the amount sent depends on the machine. */
  readonly load: Random;
  /** Messages per second. */
  readonly rate: number;
}

export interface RoundResult {
  readonly faults: readonly string[];
  readonly recovery: Recovery;
  readonly verdict: Verdict;
  /** Absent if nothing is posted. */
  readonly slack: SlackVerdict | undefined;
  readonly sent: number;
}

/**
 * Runs a stream of readings while faults happen, and compares the outputs with those that the input implies. Readings
 * for closed windows come at the end.
 */
export async function round(
  stack: FaultyStack,
  faults: readonly Fault[],
  { random, load: content, rate }: RoundOptions,
): Promise<RoundResult> {
  const { oracle } = stack;
  const stretch = new Stretch(oracle, undefined, EVENT_TIME_MS);
  await stretch.open();
  const load = new Load(stretch, content, rate);
  let recovery: Recovery;
  try {
    await sleep(random.between(BEFORE_MS / 2, BEFORE_MS));
    const ends: Promise<void>[] = [];
    for (const [index, fault] of faults.entries()) {
      if (index > 0) await sleep(random.between(0, BETWEEN_MS));
      ends.push(happen(fault));
    }
    await Promise.all(ends);
    recovery = await untilHealthy(
      stack,
      Date.now(),
      faults.some(({ needsUp }) => needsUp === true),
    );
    await sleep(AFTER_MS);
  } finally {
    await load.stop();
  }
  const closed = await stretch.close(load.time);
  const inTime = await judge(stretch);
  await stretch.noteClosed();

  await stretch.send(lateReadings(stretch, content));
  await stretch.close(closed);
  const atEnd = await judge(stretch);
  const verdict = inTime.missing + inTime.repeated > 0 ? inTime : atEnd;
  await stretch.noteClosed();
  const slack = await stack.told?.verdict(oracle.reader.position);
  await oracle.forget();
  return { faults: faults.map(({ name }) => name), recovery, verdict, slack, sent: load.sent };
}

/** Lets a fault happen, continue for its duration, and end. */
async function happen(fault: Fault): Promise<void> {
  try {
    await fault.inject();
    await sleep(fault.lastsMs);
  } finally {
    await fault.end?.();
  }
}

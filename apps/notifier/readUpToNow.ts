import { pause } from "../../lib/timing.ts";
import { failureOf } from "../shared/failures.ts";
import type { NotifierOptions } from "./options.ts";
import type { Positions } from "./positions.ts";
import type { StatusReport } from "./statusReport.ts";
import type { TopicEnds } from "./topicEnds.ts";

const LOOK_MS = 50;
const RETRY_MS = 1_000;

/**
 * Sets where reading begins, then waits until the state topic has been read to its present end.
 *
 * @param positions advanced by the reader
 * @returns false when the signal came first
 */
export async function readUpToNow(
  positions: Positions,
  tools: {
    readonly options: NotifierOptions;
    readonly ends: TopicEnds;
    readonly status: StatusReport;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { options, ends, status, signal } = tools;
  while (!signal.aborted) {
    try {
      for (const topic of [options.notificationsTopic, options.aggregatesTopic]) {
        for (const start of await ends.starts(options.groupId, topic)) positions.set(start);
      }
      const stateEnds = await ends.ends(options.stateTopic);
      while (!positions.reached(stateEnds) && !signal.aborted) await pause(LOOK_MS, signal);
      break;
    } catch (error) {
      status.trouble(`Kafka does not say where to begin (${failureOf(error).reason}); trying again`);
      await pause(RETRY_MS, signal);
    }
  }
  return !signal.aborted;
}

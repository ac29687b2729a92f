import { codeOf, innermost } from "../../lib/rootCause.ts";
import { isAway } from "./restApi.ts";

/** Three requests without an answer. */
const OUTAGE_MS = 30_000;

/**
 * A condition to wait for that is still open while Flink gives no answer, for example because a proxy closed the
 * connection: Flink continues meanwhile with what was begun. A JobManager that refuses connections has ended.
 *
 * @param limitMs after this time without an answer, the error is thrown
 */
export function despiteOutages<T>(
  condition: () => Promise<T>,
  limitMs = OUTAGE_MS,
): () => Promise<T | undefined> {
  let answeredAt = performance.now();
  return async () => {
    try {
      const found = await condition();
      answeredAt = performance.now();
      return found;
    } catch (error) {
      const mayAnswer = isAway(error) && codeOf(innermost(error)) !== "ECONNREFUSED";
      if (!mayAnswer || performance.now() - answeredAt > limitMs) throw error;
      return undefined;
    }
  };
}

import type { FaultyStack } from "./faultyStack.ts";
import type { Random } from "./random.ts";

/** One thing that goes wrong, once. */
export interface Fault {
  /** What is done to what, e.g. `kill -9 kafka-broker`. */
  readonly name: string;
  /** How long it lasts, in ms; 0 if it is over as soon as it has happened. */
  readonly lastsMs: number;
  /** What of the stack it hits. Two faults of the same part never happen together. */
  readonly parts: readonly string[];
  /** Whether what it breaks comes back only by `up`. */
  readonly needsUp?: boolean;
  inject(): Promise<void>;
  /** Undoes what does not end by itself; called even if injecting has failed. */
  end?(): Promise<void>;
}

/**
 * A kind of fault. A new one is a file in kinds/ and a line in kinds.ts.
 *
 * @example
 * export const pause: Kind = {
 *   name: "pause",
 *   next: (stack, random) => ({
 *     name: "pause kafka-broker", parts: ["kafka-broker"], lastsMs: random.among([1_000, 9_000]),
 *     inject: () => …,
 *   }),
 * };
 */
export interface Kind {
  readonly name: string;
  /** A fault of this kind; undefined if there can be none (any more) on this stack. */
  next(stack: FaultyStack, random: Random): Fault | undefined;
}

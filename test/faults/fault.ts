import type { FaultyStack } from "./faultyStack.ts";
import type { Random } from "./random.ts";

/** A single thing that goes wrong, once. */
export interface Fault {
  /** What is done to which part, e.g. `kill -9 kafka-broker`. */
  readonly name: string;
  /** How long it lasts, in ms; 0 if it is over at once. */
  readonly lastsMs: number;
  /** The parts of the stack that it hits. Two faults of the same part never overlap. */
  readonly parts: readonly string[];
  /** Whether only an `up` brings back what it breaks. */
  readonly needsUp?: boolean;
  inject(): Promise<void>;
  /** Undoes anything that does not end without help; called even if injecting has failed. */
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
  /** A fault of this kind; undefined if this stack allows none (any more). */
  next(stack: FaultyStack, random: Random): Fault | undefined;
}

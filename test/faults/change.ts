import type { FaultyStack } from "./faultyStack.ts";
import type { Random } from "./random.ts";

/** Something that is set first, and that an `up` then has to apply. */
export interface Change {
  readonly name: string;
  /** @param up applies it */
  apply(up: () => Promise<void>): Promise<void>;
}

const GROWS = 0.4;

export function nextChange(stack: FaultyStack, random: Random): Change {
  const grows = random.chance(GROWS) && stack.canGrow;
  return grows
    ? { name: `a partition more (${stack.partitions + 1})`, apply: (up) => stack.grow(up) }
    : { name: "another setting of all jobs", apply: (up) => stack.changeInterval(up) };
}

import type { Fault, Kind } from "./fault.ts";
import type { FaultyStack } from "./faultyStack.ts";
import type { Random } from "./random.ts";

/** The share of rounds that have two faults. */
const PAIRS = 0.65;
/** A kind that cannot happen here is drawn again. */
const ATTEMPTS = 1_000;
/** So is a second fault that hits the same part as the first. */
const SECOND_ATTEMPTS = 5;

/** A kind of fault and how often it is chosen relative to the others. */
export interface Share {
  readonly kind: Kind;
  readonly share: number;
}

/** The faults of one round: one, or two that hit different parts. */
export function nextFaults(stack: FaultyStack, kinds: readonly Share[], random: Random): Fault[] {
  const first = draw(stack, kinds, random);
  if (!random.chance(PAIRS)) return [first];
  for (let attempt = 0; attempt < SECOND_ATTEMPTS; attempt++) {
    const second = draw(stack, kinds, random);
    if (!second.parts.some((part) => first.parts.includes(part))) return [first, second];
  }
  return [first];
}

function draw(stack: FaultyStack, kinds: readonly Share[], random: Random): Fault {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fault = pick(kinds, random).next(stack, random);
    if (fault !== undefined) return fault;
  }
  throw new Error("none of these kinds of faults can happen here any more");
}

function pick(kinds: readonly Share[], random: Random): Kind {
  let left = random.between(
    0,
    kinds.reduce((sum, { share }) => sum + share, 0),
  );
  const chosen = kinds.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  if (chosen === undefined) throw new Error("there are no kinds of faults");
  return chosen.kind;
}

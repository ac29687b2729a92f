import { nextChange } from "../change.ts";
import type { Kind } from "../fault.ts";
import type { FaultyStack } from "../faultyStack.ts";
import type { Span } from "../random.ts";

interface DuringUp {
  /** When it happens, counted from the start of the `up`. */
  readonly span: Span;
  /** @param change what the `up` has to apply */
  named(seconds: number, change: string): string;
  /** Runs the `up` together with the fault, and does whatever is needed until everything is done. */
  happen(stack: FaultyStack, seconds: number): Promise<void>;
}

/** A kind of fault that hits an `up` that has something to do. */
export const duringUp = (name: string, { span, named, happen }: DuringUp): Kind => ({
  name,
  next(stack, random) {
    const change = nextChange(stack, random);
    const seconds = random.seconds(span);
    return {
      name: named(seconds, change.name),
      parts: stack.everything,
      lastsMs: 0,
      inject: () => change.apply(() => happen(stack, seconds)),
    };
  },
});

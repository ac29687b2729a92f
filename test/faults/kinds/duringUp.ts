import { nextChange } from "../change.ts";
import type { Kind } from "../fault.ts";
import type { FaultyStack } from "../faultyStack.ts";
import type { Span } from "../random.ts";

interface DuringUp {
  /** When it happens, by the beginning of the `up`. */
  readonly span: Span;
  /** @param change what the `up` has to do */
  named(seconds: number, change: string): string;
  /** Has the `up` happen, with what goes wrong, and whatever it takes until all is done. */
  happen(stack: FaultyStack, seconds: number): Promise<void>;
}

/** A kind of fault that hits an `up` which has something to do. */
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
